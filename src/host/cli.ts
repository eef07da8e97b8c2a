/**
 * The command `wixt`. Exit codes: 0 it worked, 1 it failed, 2 it was not understood. Each command is a file under commands/ that
 * loads what it needs when it runs, so that `--help` is quick.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { inPackage } from './build/root';
import { register as build } from './commands/build';
import { register as demo } from './commands/demo';
import { register as flash } from './commands/flash';
import { register as fresh } from './commands/new';
import { register as objects } from './commands/objects';
import { register as provision } from './commands/provision';
import { register as server } from './commands/server';
import { register as sim } from './commands/sim';
import { register as size } from './commands/size';

/** Makes the program with all its commands. */
function makeProgram(): Command {
  const { version, description } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));
  const program = new Command('wixt').description(description).version(version).helpCommand(false);
  for (const register of [demo, sim, server, build, flash, provision, size, objects, fresh]) register(program);
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput({ outputError: () => {} });
  return program;
}

/** Runs a command line, without the program's own name. Returns the exit code; says on standard error what went wrong. */
async function runProgram(line: string[]): Promise<number> {
  const program = makeProgram();
  try {
    if (line.length) await program.parseAsync(line, { from: 'user' });
    else program.outputHelp();
    return 0;
  } catch (error) {
    return explain(error as Error & { lines?: string[]; exitCode?: number });
  }
}

/** One clear sentence for an error. Returns the exit code. */
function explain(error: Error & { lines?: string[]; exitCode?: number }): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    console.error(`wixt: ${error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')}; see wixt --help`);
    return 2;
  }
  // Errors with lines are the person's to mend; others are ours, and their stack helps.
  for (const text of error.lines ?? [error.message]) console.error(`wixt: ${text}`);
  if (!error.lines && process.env.WIXT_DEBUG) console.error(error.stack);
  return error.exitCode ?? 1;
}

const code = await runProgram(process.argv.slice(2));
// A command that goes on (server, sim) may have set its own.
if (code) process.exitCode = code;
