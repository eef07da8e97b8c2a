/** Every source file against the rules; then the compiler settings that keep device code pure. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';
import { inPackage } from '../../src/host/build/root';
import { listSources } from '../../src/host/build/sources';
import { checkFile } from './rules';

/** Device code sees ES5 and nothing of Node or a browser. */
function checkSettings(): string[] {
  const file = inPackage('tsconfig.device.json');
  const { options } = ts.getParsedCommandLineOfConfigFile(file, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} })!;
  const faults: string[] = [];
  if (options.target !== ts.ScriptTarget.ES5) faults.push('tsconfig.device.json: target must be ES5');
  if (options.lib?.join() !== 'lib.es5.d.ts') faults.push('tsconfig.device.json: lib must be es5 alone');
  if (options.types?.length !== 0) faults.push('tsconfig.device.json: types must be empty');
  if (!options.importHelpers || !options.paths?.tslib) faults.push('tsconfig.device.json: helpers must be imported from where there are none');
  for (const key of ['strict', 'erasableSyntaxOnly', 'verbatimModuleSyntax']) if (!options[key]) faults.push(`tsconfig.device.json: ${key} must be on`);
  return faults;
}

const files = ['src', 'boards'].flatMap((folder) => listSources(inPackage(folder)));
const faults = checkSettings();
let good = 0;
for (const file of files) {
  const path = relative(inPackage(), file).replaceAll('\\', '/');
  const found = checkFile(path, readFileSync(file, 'utf8'));
  if (!found.length) good++;
  faults.push(...found);
}
for (const fault of faults) console.log(fault);
console.log(`${good} passed, ${files.length - good + (faults.some((fault) => fault.startsWith('tsconfig')) ? 1 : 0)} failed, 0 skipped`);
if (faults.length) process.exitCode = 1;
