/** Finds the folder of the package, whether it runs from its sources or from dist. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'wixt') return folder;
    if (folder === dirname(folder)) throw new Error('the package wixt is not around this file');
  }
}

/** The folder of package.json. */
export const ROOT = findRoot();

/** A path inside the package. */
export function inPackage(...parts: string[]): string {
  return join(ROOT, ...parts);
}

/** A path for display: relative to the current folder if the file is inside it. */
export function showPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path && !path.startsWith('..') ? path : file;
}
