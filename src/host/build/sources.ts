/** The package's device sources as files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { assignNames, countProperties, readNames, writeNames, type NameTable } from './names';
import { inPackage } from './root';

/** The TypeScript files below a folder, sorted, without declarations. */
export function listSources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => /\.ts$/.test(name) && !/\.d\.ts$/.test(name)).sort().map((name) => join(folder, name));
}

/** The files of a program: the entries and their imports, relative or by a name in `paths`. */
export function followImports(entries: string[], paths: Record<string, string[]> = {}): string[] {
  const found = new Set<string>();
  const queue = [...entries];
  for (let file; (file = queue.pop()); ) {
    if (found.has(file) || !existsSync(file)) continue;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      const target = /^\./.test(fileName) ? join(dirname(file), fileName) : findPath(fileName, paths);
      const choices = target ? [target, target + '.ts', join(target, 'index.ts')] : [];
      queue.push(...choices.filter((choice) => /\.ts$/.test(choice) && existsSync(choice)));
    }
  }
  return [...found];
}

/** The file of a bare name by the `paths` of compiler settings; undefined for other modules. */
export function findPath(name: string, paths: Record<string, string[]>): string | undefined {
  if (Object.hasOwn(paths, name)) return paths[name][0];
  const star = Object.keys(paths).find((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
  return star && paths[star][0].replace('*', name.slice(star.length - 1));
}

/** Counts each property name in the package's device code, which is on every board and has a weight of ten, and in the boards. */
function countAll(): Map<string, number> {
  const counts = new Map<string, number>();
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  const core = inPackage('src', 'device');
  for (const file of [inPackage('src', 'device'), inPackage('src', 'compat'), inPackage('boards')].flatMap((folder) => listSources(folder))) {
    const text = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: options }).outputText;
    for (let times = file.startsWith(core) ? 10 : 1; times--; ) countProperties(text, counts);
  }
  return counts;
}

/**
 * Updates mangle.json from the sources. Known names stay, unless `fresh` is set, which gives the shortest names to the most used properties. Returns
 * the table.
 */
export function updateNames(file: string, fresh = false): NameTable {
  const counts = countAll();
  const known = fresh ? {} : readNames(file);
  const table = assignNames(counts, known);
  writeNames(file, table);
  return table;
}
