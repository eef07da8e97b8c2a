/** A server under load: a process that is told what to do in lines, and what it costs as the system counts it. */
import { readFileSync } from 'node:fs';
import { LineProcess, run } from '../../test/interop/process';

/** ticks of /proc/PID/stat in a second */
const TICKS = Number(run('getconf', ['CLK_TCK']));
const PAGE = Number(run('getconf', ['PAGESIZE']));

export class Side {
  readonly name: string;
  readonly #process: LineProcess;
  port = 0;

  constructor(name: string, command: string, args: string[]) {
    this.name = name;
    this.#process = new LineProcess(name, command, args);
  }

  async start(): Promise<void> {
    this.port = Number((await this.#process.line('READY', (line) => line.startsWith('READY'), 60_000)).split(' ')[1]);
  }

  /** The numbers behind DONE. */
  async say(line: string, ms = 300_000): Promise<number[]> {
    const from = this.#process.lines.length;
    this.#process.say(line);
    const answer = await this.#process.line(line, (said) => said.startsWith('DONE'), ms, from);
    return answer.split(' ').slice(1).filter(Boolean).map(Number);
  }

  /** Microseconds of all its threads so far, in the program and in the system on its behalf (utime and stime). */
  cpu(): number {
    const stat = readFileSync(`/proc/${this.#process.child.pid}/stat`, 'utf8');
    // the name of the program stands in parentheses and may hold spaces
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
  }

  /** Bytes of memory that it occupies (resident). */
  resident(): number {
    return Number(readFileSync(`/proc/${this.#process.child.pid}/statm`, 'utf8').split(' ')[1]) * PAGE;
  }

  /** Both servers end with their standard input, and write their profile then, if they make one. */
  async stop(): Promise<void> {
    this.#process.child.stdin.end();
    await this.#process.ended(5000).catch(() => {});
    await this.#process.kill();
  }

  get errors(): string {
    return this.#process.errors;
  }
}
