/** The page of the command line: the help that the commands themselves print. */
import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import { inPackage } from '../../src/host/build/root';

/** Columns of the help on the page. */
const WIDTH = 100;
/** The order of a first hour; commands that are not in it follow by name. */
const ORDER = ['demo', 'new', 'sim', 'server', 'build', 'flash', 'provision', 'objects', 'size'];

/** What `wixt COMMAND --help` prints, by command. */
export async function readHelps(): Promise<Map<string, string>> {
  const program = new Command('wixt');
  for (const file of readdirSync(inPackage('src', 'host', 'commands')).sort()) {
    const { register } = await import(inPackage('src', 'host', 'commands', file));
    if (register) register(program);
  }
  const place = (command: Command) => (ORDER.includes(command.name()) ? ORDER.indexOf(command.name()) : ORDER.length);
  const helps = new Map<string, string>();
  for (const command of [...program.commands].sort((a, b) => place(a) - place(b))) {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => WIDTH, getOutHasColors: () => false });
    command.outputHelp();
    helps.set(command.name(), text.trimEnd());
  }
  return helps;
}

/** All commands as sections with their help. */
export async function describeCommands(): Promise<string> {
  const helps = await readHelps();
  return [...helps].map(([name, help]) => `## wixt ${name}\n\n\`\`\`text\n${help}\n\`\`\``).join('\n\n');
}
