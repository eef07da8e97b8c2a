/**
 * The command `wixt`. Exit codes: 0 success, 1 failure, 2 a command line that is not understood. Each command is a file under commands/.
 * It loads its modules when it runs, so that `--help` is quick.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { inPackage } from './build/root';
import { register as build } from './commands/build';
import { register as demo } from './commands/demo';
import { register as flash } from './commands/flash';
import { register as fresh } from './commands/new';
import { describeNext } from './commands/next';
import { register as objects } from './commands/objects';
import { register as provision } from './commands/provision';
import { register as server } from './commands/server';
import { register as sim } from './commands/sim';
import { register as size } from './commands/size';

/** Returns the program with all its commands. */
function makeProgram(): Command {
  const { version, description } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));
  const program = new Command('wixt').description(description).version(version).helpCommand(false).addHelpText('after', '\nwixt COMMAND --help explains a command.');
  for (const register of [demo, sim, server, build, flash, provision, size, objects, fresh]) register(program);
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput({ outputError: () => {} });
  return program;
}

/** Runs a command line, given without the program's name. Prints errors to standard error. Returns the exit code. */
async function runProgram(line: string[]): Promise<number> {
  const program = makeProgram();
  try {
    if (line.length) await program.parseAsync(line, { from: 'user' });
    else {
      console.log(describeNext(process.cwd()).join('\n') + '\n');
      program.outputHelp();
    }
    return 0;
  } catch (error) {
    return explain(error as Error & { lines?: string[]; exitCode?: number });
  }
}

/** Prints one clear sentence for an error. Returns the exit code. */
function explain(error: Error & { lines?: string[]; exitCode?: number }): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    console.error(`wixt: ${error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')}; see wixt --help`);
    return 2;
  }
  // Errors with lines are for the user to mend. Others are faults of wixt: their stack helps.
  for (const text of error.lines ?? [error.message]) console.error(`wixt: ${text}`);
  if (!error.lines && process.env.WIXT_DEBUG) console.error(error.stack);
  return error.exitCode ?? 1;
}

// The reader of a pipe may leave early: wixt --help | head.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
const code = await runProgram(process.argv.slice(2));
// A command that keeps running (server, sim) may have set its own.
if (code) process.exitCode = code;
