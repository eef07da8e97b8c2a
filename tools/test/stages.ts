/** Running the stages of a test run: each a command that ends with a line `N passed, N failed, N skipped`. */
import { spawn } from 'node:child_process';
import { inPackage } from '../../src/host/build/root';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Stage {
  name: string;
  /** Program and arguments, run in the folder of package.json. */
  command: string[];
}

const CLOSING = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/**
 * What a command's output and exit code count as: its last closing line; without one, 1 for the command itself. A command that
 * ends badly has failed, whatever it says.
 */
export function readCounts(output: string, code: number): Counts {
  const closing = output.split('\n').map((line) => CLOSING.exec(line.trim())).filter((match) => match).pop();
  const counts = closing
    ? { passed: Number(closing[1]), failed: Number(closing[2]), skipped: Number(closing[3] ?? 0) }
    : { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 };
  if (code !== 0 && !counts.failed) counts.failed = 1;
  return counts;
}

/** Runs a stage; its output goes through, and is counted when it has ended. */
export function runStage({ command: [program, ...rest] }: Stage): Promise<Counts> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { cwd: inPackage(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (data: Buffer) => {
      output += data;
      process.stdout.write(data);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => {
      console.log(`${program}: ${error.message}`);
      resolve({ passed: 0, failed: 1, skipped: 0 });
    });
    child.on('close', (code) => resolve(readCounts(output, code ?? 1)));
  });
}

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
