/** `wixt sim`: a simulated board as a process, from start to clean exit. */
import { lookup } from 'node:dns/promises';
import { createInterface } from 'node:readline';
import { Problem } from '../problem';
import { decodeUri, UriError } from '../server/uri';
import { loadProgram } from './program';
import { Simulator } from './simulator';
import { CommandError, type Json } from './values';
import type { Report } from './watch';

export interface SimOptions {
  server?: string;
  endpoint?: string;
  lifetime?: number;
  board: string;
  app?: string;
  json?: boolean;
}

/** Throws a Problem if the URI is not a server that a board can reach. Called before anything starts. */
export async function checkServer(uri: string): Promise<void> {
  let host: string;
  try {
    const decoded = decodeUri(uri);
    if (decoded.scheme === 'coaps') throw new UriError('coaps (DTLS) is not supported yet');
    host = decoded.host;
  } catch (error) {
    if (error instanceof UriError) throw new Problem(`--server ${uri}: ${error.message}; write it as coap://HOST or coap://HOST:PORT`, 2);
    throw error;
  }
  try {
    await lookup(host);
  } catch (error) {
    const temporary = (error as NodeJS.ErrnoException).code === 'EAI_AGAIN' ? ', or there is no network now' : '';
    throw new Problem(`--server ${uri}: no address is known for the name ${host}${temporary}; check its spelling, or give an address`);
  }
}

/** An event as a sentence. */
export function describeEvent(event: string, detail: Record<string, Json>): string {
  const { board, endpoint, server, path, value, bytes, code, arguments: args } = detail as Record<string, any>;
  switch (event) {
    case 'started':
      return `running the library of ${board}`;
    case 'registering':
      return `registering at ${server} as ${endpoint}`;
    case 'unanswered':
      return `no answer from ${server} yet: check that a server runs there and that the network passes UDP; trying again`;
    case 'stopped':
      return `stopped: ${server} never answered, so nothing was registered there`;
    case 'registered':
      return `registered at ${server} as ${endpoint}`;
    case 'updated':
      return `registration at ${server} renewed`;
    case 'deregistered':
      return `left ${server}`;
    case 'lost':
      return `${server} ${code ? `no longer knows this device (${code})` : 'does not answer'}: registering again`;
    case 'error':
      if (path) return `${path} has no value of its type and is left out`;
      return code ? `${server} refuses the registration (${code}): trying again` : `no answer from ${server}: trying again`;
    case 'observed':
      return `${path} is observed`;
    case 'cancelled':
      return `${path} is no longer observed`;
    case 'written':
      return `${path} was written: ${bytes === undefined ? JSON.stringify(value) : `${bytes} bytes`}`;
    case 'executed':
      return `${path} was executed${Object.keys(args).length ? ` with ${JSON.stringify(args)}` : ''}`;
    default:
      return `${path ?? ''} was ${event}`;
  }
}

/** Prints events: sentences, or a line of JSON each. */
export function makeReport(json: boolean): Report {
  return (event, detail) =>
    console.log(json ? JSON.stringify({ event, time: Date.now(), ...detail }) : `${new Date().toTimeString().slice(0, 8)} ${describeEvent(event, detail)}`);
}

/** Reads commands, one line of JSON each, and answers each with the event "result". Resolves at the command stop and at the end of the input. */
function takeCommands(simulator: Simulator, report: Report): Promise<void> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => {
      if (!line.trim()) return;
      let command: { command?: unknown; id?: Json } = {};
      try {
        try {
          command = JSON.parse(line);
        } catch {
          throw new CommandError('a command is a line of JSON, such as {"command": "read", "path": "/3/0/9"}');
        }
        if (typeof command !== 'object' || command === null) throw new CommandError('a command is an object, such as {"command": "read", "path": "/3/0/9"}');
        const value = command.command === 'stop' ? undefined : simulator.command(command);
        report('result', { ...echo(command), ok: true, ...(value !== undefined && { value }) });
        if (command.command === 'stop') lines.close();
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        report('result', { ...echo(command), ok: false, error: error.message });
      }
    });
    lines.on('close', () => resolve());
  });
}

/** The parts of a command that its answer repeats. */
function echo(command: object | null): Record<string, Json> {
  return Object.fromEntries(Object.entries(command ?? {}).filter(([key]) => ['command', 'id', 'path'].includes(key)));
}

/** npm repeats a Ctrl-C that we already received: a signal within this time is the same one. */
const SAME_SIGNAL_MS = 500;

/** Resolves on SIGINT or SIGTERM. A second signal ends the process at once. */
export function untilSignal(): Promise<void> {
  let first = 0;
  return new Promise((resolve) => {
    for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
      process.on(signal, () => {
        const now = Date.now();
        if (first && now - first > SAME_SIGNAL_MS) process.exit(code);
        first ||= now;
        resolve();
      });
    }
  });
}

/** Runs the program. Throws a Problem if it cannot start. */
export function startProgram(simulator: Simulator): void {
  try {
    simulator.start();
  } catch (error) {
    // The library throws strings for misuse: they have no stack.
    if (typeof error === 'string') throw new Problem(error.replace(/^wixt: /, ''));
    throw error;
  }
}

/** Runs until a signal, the command stop, or the end of its input (with `json`). Ends the process: a program's timers never do. */
export async function runSim({ board, app, json = false, ...wishes }: SimOptions): Promise<void> {
  if (wishes.server !== undefined) await checkServer(wishes.server);
  const report = makeReport(json);
  const program = await loadProgram(board, app, json);
  const simulator = new Simulator(program, wishes, report);
  const ended = untilSignal();
  report('started', { board: program.board.name });
  startProgram(simulator);
  await (json ? Promise.race([ended, takeCommands(simulator, report)]) : ended);
  const answered = await simulator.stop();
  if (!answered) console.error('wixt: stopped, but the server did not answer the de-registration');
  endProcess(answered ? 0 : 1);
}

/** Ends the process after its output is flushed. */
export function endProcess(code: number): void {
  process.stdout.write('', () => process.exit(code));
}
