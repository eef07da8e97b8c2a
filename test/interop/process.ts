/** Child processes that talk in lines, and none of which outlives the run. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Readable, Writable } from 'node:stream';
import { until } from './runner';

/** The top folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where peers are built and installed; git does not see it. */
export const cache = `${root}.cache/`;

const running = new Set<LineProcess>();

process.on('exit', () => running.forEach((one) => one.child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

export class LineProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What it wrote to standard output, line by line, and to standard error. */
  readonly lines: string[] = [];
  errors = '';
  /** Exit code, or the signal that ended it; undefined while it runs. */
  exit: number | string | undefined;

  constructor(readonly name: string, command: string, args: string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
    this.child = spawn(command, args, { cwd: options.cwd ?? root, env: { ...process.env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(this);
    createInterface(this.child.stdout).on('line', (line) => this.lines.push(line));
    this.child.stderr.on('data', (data) => (this.errors += data));
    this.child.stdin.on('error', () => {});
    const ended = (how: number | string) => {
      this.exit = how;
      running.delete(this);
    };
    this.child.on('error', (error) => ended(error.message));
    this.child.on('exit', (code, signal) => ended(code ?? signal ?? 'ended'));
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** The first line from number `from` on that `test` likes. */
  async line(what: string, test: (line: string) => boolean, ms = 10_000, from = 0): Promise<string> {
    return until(`${this.name}: ${what}`, () => {
      const found = this.lines.slice(from).find(test);
      if (found === undefined && this.exit !== undefined) throw new Error(`${this.name} ended (${this.exit}) before ${what}\n${this.lines.slice(-5).join('\n')}\n${this.errors.slice(-2000)}`);
      return found;
    }, ms);
  }

  /** Waits for its end. Returns the exit code or signal. */
  async ended(ms = 10_000): Promise<number | string> {
    await until(`the end of ${this.name}`, () => this.exit !== undefined, ms);
    return this.exit!;
  }

  /** Ends it at once, as a crash or a power cut would. */
  async kill(): Promise<void> {
    if (this.exit !== undefined) return;
    this.child.kill('SIGKILL');
    await this.ended();
  }
}

/** Runs a program to its end. Returns its standard output, or throws with what it said. */
export function run(command: string, args: string[], options: { cwd?: string; timeout?: number; env?: Record<string, string> } = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd: options.cwd, timeout: options.timeout ?? 300_000, env: { ...process.env, ...options.env } });
  if (error || status) throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${error?.message ?? stderr.trim().split('\n').slice(-8).join('\n')}`);
  return stdout;
}

/** Is there such a program on PATH? */
export function has(command: string): boolean {
  return !spawnSync('sh', ['-c', `command -v ${command}`]).status;
}
