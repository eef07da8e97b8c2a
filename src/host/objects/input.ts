/** Finds and reads the XML that the command line names. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem';
import type { SourcedDefinition } from './definition';
import { parseObjectXml } from './xml';

export interface Input {
  sources: SourcedDefinition[];
  /** Assumptions: sentences that do not stop the work. */
  warnings: string[];
}

/** Explains why a file or folder cannot be read. */
export function explainFileError(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' ? `${path}: there is no such file or folder; check the path`
    : code === 'EACCES' || code === 'EPERM' ? `${path}: may not be used (${code}); change its permissions`
    : code === 'EISDIR' ? `${path}: is a folder; name a file`
    : code === 'ENOTDIR' || code === 'EEXIST' ? `${path}: is a file or leads through one; name a folder`
    : `${path}: ${(error as Error).message}`;
}

/** The XML files below a folder, sorted by name. Skips hidden folders and node_modules. */
function listXml(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : listXml(path);
    return /\.xml$/i.test(entry.name) ? [path] : [];
  });
}

/** Reads one file, found in a folder or named. In a folder other XML is skipped. */
function readOne(file: string, inFolder: boolean, input: Input, problems: string[]): void {
  const parsed = parseObjectXml(readFileSync(file), file);
  if (inFolder && parsed.foreign) {
    input.warnings.push(`${parsed.problems[0]!.replace(/; [^;]*$/, '')}; it is skipped`);
    return;
  }
  problems.push(...parsed.problems);
  input.warnings.push(...parsed.warnings);
  input.sources.push(...parsed.definitions.map(definition => ({ definition, file })));
}

/**
 * Reads every file, and every `.xml` below every folder.
 * @throws Problem with the problems of all files
 */
export function readInputs(paths: string[]): Input {
  const input: Input = { sources: [], warnings: [] };
  const problems: string[] = [];
  for (const path of paths) {
    try {
      const isFolder = statSync(path).isDirectory();
      const files = isFolder ? listXml(path) : [path];
      const before = input.sources.length + problems.length;
      for (const file of files) readOne(file, isFolder, input, problems);
      if (files.length === 0) problems.push(`${path}: holds no .xml file; name a folder of object definitions`);
      else if (input.sources.length + problems.length === before) problems.push(`${path}: none of its .xml files is an object definition; name a folder of object definitions`);
    } catch (error) {
      problems.push(explainFileError(path, error));
    }
  }
  if (problems.length > 0) throw new Problem(problems);
  return input;
}
