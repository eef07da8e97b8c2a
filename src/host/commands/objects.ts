import type { Command } from 'commander';
import type { ObjectsOptions } from '../objects/run';

const EXAMPLES = `
FILE is object XML of the OMA registry's form, or a folder of it.

Examples:
  wixt objects pump.xml --out src/objects     a table and the names of your own object, for the device's program
  wixt objects pump.xml --host objects.json   its whole definition, for the server and the console
  wixt objects --list                         the objects that wixt ships, by name
  wixt objects --check                        are wixt's own generated files what they should be?`;

/** `wixt objects`: OMA object definitions become tables for devices and definitions for the host. */
export function register(program: Command): void {
  program
    .command('objects')
    .summary('make tables and names for devices from OMA object definitions')
    .description('make the tables and names that devices are built with (--out), and the definitions that the host shows (--host), from OMA LwM2M object XML')
    .argument('[FILE...]', 'object XML, or folders of it')
    .option('--out <DIR>', 'write a TypeScript file for each object there, and index.ts')
    .option('--host <FILE>', 'write the whole definitions there, as JSON')
    .option('--from <FILE>', 'read definitions that --host wrote, beside XML or instead of it')
    .option('--list', 'print the objects: those given, or else those that wixt ships')
    .option('--check', 'write nothing, fail where files are not what would be written (without --out and --host: wixt\'s own)')
    .option('--shipped', 'write the objects that wixt itself ships into its sources, from its definitions or from FILE')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: ObjectsOptions) => {
      const { generateObjects } = await import('../objects/run');
      const { lines, notes } = generateObjects(files, options);
      for (const note of notes) console.error(`wixt: note: ${note}`);
      console.log(lines.join('\n'));
    });
}
