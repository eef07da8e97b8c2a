/** A terminal of the reader: a command goes on running in it, what it prints is read in order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { patternOf } from './blocks';

/** Silence after which a line that the page shows will not come any more. */
const PATIENCE_MS = 240_000;

export class Terminal {
  #child: ChildProcess | undefined;
  #lines: string[] = [];
  #rest = '';
  #at = 0;
  #wake = (): void => {};

  /** Runs a shell command that is not waited for. */
  start(command: string, cwd: string, env: NodeJS.ProcessEnv): void {
    // A group of its own: the shell's children get the signal, as from a keyboard.
    const child = spawn('sh', ['-c', `exec ${command}`], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    this.#rest = '';
    const take = (data: Buffer): void => {
      const parts = (this.#rest + data).split('\n');
      this.#rest = parts.pop()!;
      this.#lines.push(...parts);
      this.#wake();
    };
    child.stdout!.on('data', take);
    child.stderr!.on('data', take);
  }

  /** Waits for a line behind those that were seen before. Rejects with what was printed instead. */
  async see(line: string): Promise<void> {
    const pattern = patternOf(line);
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = this.#lines.findIndex((one, i) => i >= this.#at && pattern.test(one));
      if (found >= 0) {
        this.#at = found + 1;
        return;
      }
      const left = end - Date.now();
      if (left <= 0) throw new Error(`the page says\n  ${line}\nand the terminal has\n  ${this.#lines.slice(this.#at).join('\n  ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Ctrl-C, and waits for the end. */
  async interrupt(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid!, signal);
    await ended;
  }
}
