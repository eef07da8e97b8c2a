/** The work of `wixt objects`: reads the files of the command line, and lists, compares or writes. */
import { readFileSync } from 'node:fs';
import { showPath } from '../build/root';
import { Problem } from '../problem';
import { mergeDefinitions, type ObjectDefinition } from './definition';
import { emitDeviceFiles, selectDeviceDefinitions } from './emit';
import { explainFileError, readInputs } from './input';
import { emitDefinitions, readDefinitions } from './json';
import { objectNames } from './names';
import { planDefinitions, planTables, writePlan, type Plan } from './output';
import { isShipped, loadShipped, SHIPPED_DEFINITIONS, SHIPPED_TABLES } from './shipped';

export interface ObjectsOptions {
  /** A folder for the device's tables. */
  out?: string;
  /** A file for the host's definitions. */
  host?: string;
  /** A file of definitions to read. */
  from?: string;
  /** Read and write the files that wixt ships. */
  shipped?: boolean;
  list?: boolean;
  /** Compare instead of write. */
  check?: boolean;
}

export interface Report {
  /** For standard output. */
  lines: string[];
  /** For standard error: assumptions, leftover files. */
  notes: string[];
}

function readFrom(path: string): ObjectDefinition[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Problem(explainFileError(path, error));
  }
  return readDefinitions(text, path);
}

/** The definitions that the command line names: XML, a file of definitions, or both. Default: those that wixt ships. */
function readAll(files: string[], from: string | undefined, report: Report): ObjectDefinition[] {
  if (files.length === 0) return from === undefined ? loadShipped() : readFrom(from);
  const { sources, warnings } = readInputs(files);
  report.notes.push(...warnings);
  const known = from === undefined ? [] : readFrom(from).map(definition => ({ definition, file: from }));
  return mergeDefinitions([...known, ...sources]);
}

/** A table for people: id, name to import, versions (the device's version marked), number of resources, the registry's name. */
function formatList(definitions: ObjectDefinition[]): string[] {
  const device = selectDeviceDefinitions(definitions);
  const names = objectNames(device);
  const rows = device.map(chosen => {
    const versions = definitions.filter(({ id }) => id === chosen.id).map(({ version }) => version === chosen.version ? `${version}*` : version);
    return [String(chosen.id), names.get(chosen.id)!.namespace, versions.join(' '), String(chosen.resources.length), chosen.name];
  });
  const table = [['id', 'namespace', 'versions', 'resources', 'name'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));
  const isNumber = (column: number) => column === 0 || column === 3;
  const lines = table.map(row =>
    row.map((cell, column) => isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])).join('  ').trimEnd());
  return [...lines, '* the version that a device carries'];
}

/** The sentences for `--check`. */
function describeDifferences(plan: Plan): string[] {
  return [
    ...plan.changed.map(({ path }) => `${path}: is not what its definition gives; write it again by the same command without --check`),
    ...plan.stale.map(path => `${path}: is of an object that is not given; delete it or give its definition too`),
  ];
}

function hasPlace({ out, host }: ObjectsOptions): boolean {
  return out !== undefined || host !== undefined;
}

function checkOptions(files: string[], options: ObjectsOptions): void {
  const isPlaced = hasPlace(options);
  if (options.shipped && isPlaced) {
    throw new Problem('objects: --shipped has its own places; leave out --out and --host, or leave out --shipped', 2);
  }
  if (options.list || options.shipped || options.check && !isPlaced) return;
  if (!isPlaced) {
    throw new Problem('objects: nothing says where to write; add --out DIR for tables, --host FILE for definitions, or both ' +
      '(wixt objects --help shows examples)', 2);
  }
  if (files.length === 0 && options.from === undefined) {
    throw new Problem('objects: no definition is given; name XML files or folders, or --from a file of definitions', 2);
  }
}

/**
 * Runs the command line.
 * @throws Problem for errors that the user can fix; nothing is written then
 */
export function generateObjects(files: string[], options: ObjectsOptions): Report {
  checkOptions(files, options);
  const report: Report = { lines: [], notes: [] };
  let definitions = readAll(files, options.from, report);
  if (options.list) {
    report.lines.push(...formatList(definitions));
    return report;
  }
  let { out, host } = options;
  if (!hasPlace(options)) {
    definitions = definitions.filter(({ id }) => isShipped(id));
    out = showPath(SHIPPED_TABLES);
    host = showPath(SHIPPED_DEFINITIONS);
  }
  const plan: Plan = { changed: [], unchanged: 0, stale: [] };
  if (out !== undefined) planTables(plan, out, emitDeviceFiles(definitions));
  if (host !== undefined) planDefinitions(plan, host, emitDefinitions(definitions));
  if (options.check) {
    const differences = describeDifferences(plan);
    if (differences.length > 0) throw new Problem(differences);
    report.lines.push(`${plan.unchanged} files are up to date`);
    return report;
  }
  writePlan(plan);
  report.lines.push(...plan.changed.map(({ path }) => `wrote ${path}`));
  report.notes.push(...plan.stale.map(path => `${path}: is of an earlier run and not in index.ts any more; delete it or give its definition too`));
  const count = new Set(definitions.map(({ id }) => id)).size;
  report.lines.push(`${count} object${count === 1 ? '' : 's'}: ${plan.changed.length} files written, ${plan.unchanged} unchanged`);
  return report;
}
