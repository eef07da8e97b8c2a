import type { Command } from 'commander';
import type { ObjectsOptions } from '../objects/run';

const EXAMPLES = `
FILE is object XML in the format of the OMA registry, or a folder with such files.

Examples:
  wixt objects pump.xml --out src/objects     the table and names of your own object, for programs on devices
  wixt objects pump.xml --host objects.json   its definition, for the server and the console
  wixt objects --list                         list the objects that wixt ships
  wixt objects --check                        check that the generated files of wixt are up to date`;

/** `wixt objects`: OMA object definitions become tables for devices and definitions for the host. */
export function register(program: Command): void {
  program
    .command('objects')
    .summary('generate tables and names from OMA object definitions')
    .description('generate from OMA LwM2M object XML the tables and names for programs on devices (--out) and the definitions for the server (--host)')
    .argument('[FILE...]', 'object XML files, or folders with them')
    .option('--out <DIR>', 'write a TypeScript file for each object, and index.ts, to this folder')
    .option('--host <FILE>', 'write the definitions to this file, as JSON')
    .option('--from <FILE>', 'read definitions that --host wrote, in addition to XML or instead of it')
    .option('--list', 'list the given objects, or those that wixt ships')
    .option('--check', 'write nothing; fail if files are out of date (without --out and --host: the files of wixt)')
    .option('--shipped', 'update the objects in the sources of wixt, from its definitions or from FILE')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: ObjectsOptions) => {
      const { generateObjects } = await import('../objects/run');
      const { lines, notes } = generateObjects(files, options);
      for (const note of notes) console.error(`wixt: note: ${note}`);
      console.log(lines.join('\n'));
    });
}
