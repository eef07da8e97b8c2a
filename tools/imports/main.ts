/** Every source file against the rules; then the compiler settings that keep device code pure. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';
import { inPackage } from '../../src/host/build/root';
import { listSources } from '../../src/host/build/sources';
import { checkFile, findCircles } from './rules';

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

const sources = new Map(
  ['src', 'boards'].flatMap((folder) => listSources(inPackage(folder))).map((file) => [relative(inPackage(), file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]),
);
const wide = [...checkSettings(), ...findCircles(sources).map((circle) => `these files import each other: ${circle}`)];
const faults = [...sources].map(([path, text]) => checkFile(path, text)).filter((found) => found.length > 0);
for (const fault of [...wide, ...faults.flat()]) console.log(fault);
console.log(`${sources.size - faults.length} passed, ${faults.length + wide.length} failed, 0 skipped`);
if (wide.length + faults.length) process.exitCode = 1;
