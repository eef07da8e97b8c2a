/** `wixt objects`: OMA object definitions become tables for devices and definitions for the host. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Command } from 'commander';
import { mergeDefinitions, ObjectsError, type ObjectDefinition } from '../objects/definition';
import { emitDeviceFiles, selectDeviceDefinitions } from '../objects/emit';
import { explainFileError, readInputs } from '../objects/input';
import { emitDefinitions, readDefinitions } from '../objects/json';
import { objectNames } from '../objects/names';
import { planDefinitions, planTables, writePlan, type Plan } from '../objects/output';
import { isShipped, loadShipped, shippedDefinitions, shippedTables } from '../objects/shipped';

interface Options {
  out?: string;
  host?: string;
  from?: string;
  shipped?: boolean;
  list?: boolean;
  check?: boolean;
}

const EXAMPLES = `
Examples:
  wixt objects pump.xml --out src/objects        a table and the names of your own object, for your device's program
  wixt objects pump.xml --host objects.json      its whole definition, for the server and the console
  wixt objects --list                            the objects that wixt ships, by name
  wixt objects --check                           are wixt's own generated files what they should be?

FILE is OMA LwM2M object XML (https://technical.openmobilealliance.org/OMNA/LwM2M/LwM2MRegistry.html) or a folder of it.`;

function readFrom(path: string): ObjectDefinition[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ObjectsError([explainFileError(path, error)]);
  }
  return readDefinitions(text, path);
}

/** What the command line names: XML, a file of definitions, or neither: what wixt ships. */
function readAll(files: string[], { from }: Options, warn: (sentence: string) => void): ObjectDefinition[] {
  if (files.length === 0) return from === undefined ? loadShipped() : readFrom(from);
  const { sources, warnings } = readInputs(files);
  warnings.forEach(warn);
  const known = from === undefined ? [] : readFrom(from).map(definition => ({ definition, file: from }));
  return mergeDefinitions([...known, ...sources]);
}

/** A table for people: id, versions (that of the device marked), the name to import, the registry's name. */
function formatList(definitions: ObjectDefinition[]): string {
  const device = selectDeviceDefinitions(definitions);
  const names = objectNames(device);
  const rows = device.map(chosen => {
    const versions = definitions.filter(({ id }) => id === chosen.id).map(({ version }) => version === chosen.version ? `${version}*` : version);
    return [String(chosen.id), names.get(chosen.id)!.namespace, versions.join(' '), String(chosen.resources.length), chosen.name];
  });
  const table = [['id', 'namespace', 'versions', 'resources', 'name'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));
  const lines = table.map(row => row.map((cell, column) => column === 0 || column === 3 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])).join('  ').trimEnd());
  return `${lines.join('\n')}\n* the version that a device carries\n`;
}

function planAll(definitions: ObjectDefinition[], options: Options): Plan {
  const plan: Plan = { changed: [], unchanged: 0, stale: [] };
  if (options.out !== undefined) planTables(plan, options.out, emitDeviceFiles(definitions));
  if (options.host !== undefined) planDefinitions(plan, options.host, emitDefinitions(definitions));
  return plan;
}

/** The sentences of `--check`. */
function describeDifferences(plan: Plan): string[] {
  return [
    ...plan.changed.map(({ path }) => `${path}: is not what its definition gives; write it again by the same command without --check`),
    ...plan.stale.map(path => `${path}: is of an object that is not given; delete it or give its definition too`),
  ];
}

function run(files: string[], options: Options, write: (text: string) => void, warn: (sentence: string) => void): void {
  if (options.shipped && (options.out !== undefined || options.host !== undefined)) {
    throw new ObjectsError(['--shipped has its own places; leave out --out and --host, or leave out --shipped']);
  }
  let definitions = readAll(files, options, warn);
  if (options.list) return write(formatList(definitions));
  const isPlaced = options.out !== undefined || options.host !== undefined;
  if (options.shipped || options.check && !isPlaced) {
    definitions = definitions.filter(({ id }) => isShipped(id));
    options = { ...options, out: relative('', shippedTables()), host: relative('', shippedDefinitions()) };
  } else if (!isPlaced) {
    throw new ObjectsError(['nothing says where to write; add --out DIR for tables, --host FILE for definitions, or both (--help shows examples)']);
  } else if (files.length === 0 && options.from === undefined) {
    throw new ObjectsError(['no definition is given; name XML files or folders, or --from a file of definitions']);
  }
  const plan = planAll(definitions, options);
  if (options.check) {
    const differences = describeDifferences(plan);
    if (differences.length > 0) throw new ObjectsError(differences);
    return write(`${plan.unchanged} files are what they should be\n`);
  }
  writePlan(plan);
  for (const { path } of plan.changed) write(`wrote ${path}\n`);
  for (const path of plan.stale) warn(`${path}: is of an earlier run and not in index.ts any more; delete it or give its definition too`);
  write(`${new Set(definitions.map(({ id }) => id)).size} objects: ${plan.changed.length} files written, ${plan.unchanged} unchanged\n`);
}

export function register(program: Command): void {
  const command = program.command('objects');
  command
    .summary('make tables and names from OMA object definitions')
    .description('Turns OMA LwM2M object XML into the tables and names that devices are built with (--out) and the definitions that the host shows (--host).')
    .argument('[FILE...]', 'object XML, or folders of it')
    .option('--out <DIR>', 'write a TypeScript file per object and index.ts there')
    .option('--host <FILE>', 'write the whole definitions there, as JSON')
    .option('--from <FILE>', 'read definitions that --host wrote, besides or instead of XML')
    .option('--shipped', 'write the objects that wixt itself ships, into its own source tree (from its definitions, or from FILE)')
    .option('--list', 'print the objects: those given, or else those that wixt ships')
    .option('--check', 'write nothing; fail when the files are not what would be written (without --out and --host: wixt\'s own)')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: Options) => {
      const { writeOut, writeErr } = command.configureOutput();
      try {
        run(files, options, text => writeOut!(text), sentence => writeErr!(`wixt objects: note: ${sentence}\n`));
      } catch (error) {
        if (!(error instanceof ObjectsError)) throw error;
        command.error(error.problems.map(problem => `wixt objects: ${problem}`).join('\n'), { exitCode: 1 });
      }
    });
}
