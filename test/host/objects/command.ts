/** Runs `wixt objects` inside the test. */
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { register } from '../../../src/host/commands/objects';
import { generateObjects, type ObjectsOptions, type Report } from '../../../src/host/objects/run';
import { Problem } from '../../../src/host/problem';

export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

/** What a command line did: its report, or the lines and exit code that a person gets instead. */
export type Run = Report & { code: number; problems: string[] };

/** The command line is read by commander as the real one is; then its work is done without printing. */
export function runObjects(...args: string[]): Run {
  const run: Run = { lines: [], notes: [], problems: [], code: 0 };
  const program = new Command('wixt').exitOverride().configureOutput({ writeOut: text => run.lines.push(text), writeErr: () => {} });
  register(program);
  const command = program.commands[0];
  command.action((files: string[], options: ObjectsOptions) => { Object.assign(run, generateObjects(files, options)); });
  try {
    program.parse(['objects', ...args], { from: 'user' });
  } catch (error) {
    if (error instanceof Problem) Object.assign(run, { code: error.exitCode, problems: error.lines });
    else if (error instanceof CommanderError) Object.assign(run, { code: error.exitCode && 2, problems: error.exitCode ? [error.message] : [] });
    else throw error;
  }
  return run;
}
