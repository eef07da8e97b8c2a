/** Compares generated text with the files on disk, and writes only the differences. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../problem';
import { MARK, type GeneratedFile } from './emit';
import { explainFileError } from './input';

export interface Plan {
  /** Files that differ or are absent. */
  changed: { path: string, text: string; }[];
  /** Number of files that are already correct. */
  unchanged: number;
  /** Generated files of an earlier run that this run does not generate. */
  stale: string[];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Problem(explainFileError(path, error));
  }
}

function compare(plan: Plan, path: string, text: string, mark: string): void {
  const present = readIfThere(path);
  if (present === text) plan.unchanged++;
  else if (present === undefined || present === '' || present.includes(mark)) plan.changed.push({ path, text });
  else throw new Problem(`${path}: was not made by wixt objects and would be overwritten; move it away or choose another place`);
}

function listGenerated(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Problem(explainFileError(folder, error));
  }
  return names.filter(name => name.endsWith('.ts') && readIfThere(join(folder, name))?.includes(MARK)).sort();
}

/** The changes that writing tables to `folder` would make. @throws Problem if a hand-written file would be overwritten. */
export function planTables(plan: Plan, folder: string, files: GeneratedFile[]): void {
  for (const { name, text } of files) compare(plan, join(folder, name), text, MARK);
  const made = new Set(files.map(({ name }) => name));
  for (const name of listGenerated(folder)) if (!made.has(name)) plan.stale.push(join(folder, name));
}

/** The changes that writing the definitions would make. @throws Problem as {@link planTables} */
export function planDefinitions(plan: Plan, path: string, text: string): void {
  compare(plan, path, text, '"objects":');
}

/** @throws Problem if a file cannot be written */
export function writePlan(plan: Plan): void {
  for (const { path, text } of plan.changed) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      throw new Problem(explainFileError(path, error));
    }
  }
}
