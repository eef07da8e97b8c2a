/** A process of an engine, and what it prints. */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { patient } from '../../support/patience';

/** An engine that runs. Its folder goes when it ends, unless it shall be kept. */
export class Running {
  /** Exit code, or -1 for a signal; undefined while it runs. */
  code: number | undefined;
  readonly folder: string;
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  #raw = '';
  #watchers: (() => void)[] = [];

  constructor(folder: string, command: string[], env: Record<string, string> = {}, keep = false) {
    this.folder = folder;
    // Its standard input is a pipe that does not end: at its end Espruino would read for ever.
    const [program, ...rest] = command;
    this.#child = spawn(program!, rest, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const take = (data: Buffer) => {
      this.#raw += data.toString('latin1');
      this.heard();
      this.#tell();
    };
    this.#child.stdout!.on('data', take);
    this.#child.stderr!.on('data', take);
    this.ended = new Promise((resolve) => {
      const end = (code: number) => {
        this.code = code;
        if (!keep) rmSync(folder, { recursive: true, force: true });
        this.#tell();
        resolve(code);
      };
      this.#child.on('error', (error) => {
        this.#raw += error.message;
        end(-1);
      });
      this.#child.on('close', (code) => end(code ?? -1));
    });
  }

  /** Everything that it printed so far. */
  get output(): string {
    return this.#raw;
  }

  /** It has printed something. */
  protected heard(): void {}

  /** Gives it a line of input. */
  type(line: string): void {
    if (this.#child.stdin!.writable) this.#child.stdin!.write(line + '\n');
  }

  /** There is no more input. */
  close(): void {
    this.#child.stdin!.end();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** The matches of the first part of the output, from `from` on, that the pattern fits. Rejects with what it printed after `limit` ms or its end. */
  waitFor(pattern: RegExp, limit = 30000, from = 0): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error, match?: RegExpExecArray) => {
        clearTimeout(timer);
        this.#watchers = this.#watchers.filter((one) => one !== look);
        if (error) reject(error);
        else resolve(match!);
      };
      const look = () => {
        const match = pattern.exec(this.output.slice(from));
        if (match) finish(undefined, match);
        else if (this.code !== undefined) finish(new Error(`ended (${this.code}) without ${pattern}:\n${this.output}`));
      };
      const timer = setTimeout(() => finish(new Error(`no ${pattern} in ${patient(limit)} ms:\n${this.output}`)), patient(limit));
      this.#watchers.push(look);
      look();
    });
  }

  /** The place in the output to wait from. */
  mark(): number {
    return this.output.length;
  }

  /** What the test device (test/engines/live) says behind the name of its next event after `since`: its detail. */
  async event(name: string, since = 0, limit = 30000): Promise<string> {
    return (await this.waitFor(new RegExp(`^! ${name} (.*)\\n`, 'm'), limit, since))[1]!;
  }

  /** What is in use by its own account, in JsVars or bytes: when "loaded", "created", "registered", or "now" after an Execute of /3303/0/5605. */
  async usage(when: string, since = 0): Promise<number> {
    return Number((await this.waitFor(new RegExp(`^# ${when} (\\d+)\\n`, 'm'), 30000, since))[1]);
  }

  /** Ends it, at once; nothing happens when it has ended. */
  async stop(): Promise<void> {
    if (this.code === undefined) this.#child.kill('SIGKILL');
    await this.ended;
  }
}
