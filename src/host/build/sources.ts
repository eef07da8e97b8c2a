/** The package's device sources as files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { assignNames, countProperties, readNames, writeNames, type NameTable } from './names';
import { inPackage } from './root';

/** The TypeScript files below a folder, sorted, without declarations. */
export function listSources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => /\.ts$/.test(name) && !/\.d\.ts$/.test(name)).sort().map((name) => join(folder, name));
}

/** How often each property name stands in the package's device code and boards. */
function countAll(): Map<string, number> {
  const counts = new Map<string, number>();
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  for (const file of [...listSources(inPackage('src', 'device')), ...listSources(inPackage('boards'))]) {
    countProperties(ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: options }).outputText, counts);
  }
  return counts;
}

/**
 * Brings mangle.json up to date with the sources: names that it knows stay, unless `fresh`, which gives the shortest names to
 * what is used most. Returns the table.
 */
export function updateNames(file: string, fresh = false): NameTable {
  const counts = countAll();
  const known = fresh ? {} : readNames(file);
  const table = assignNames(counts, known);
  writeNames(file, table);
  return table;
}
