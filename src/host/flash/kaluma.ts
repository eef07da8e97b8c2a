/** Flashes a board that runs Kaluma: writes one program to its flash, reads it back, starts it. */
import { readFileSync } from 'node:fs';
import type { Board } from '../../../boards/board';
import { Problem } from '../problem';
import { explainSilence } from './connection';
import { makeReport, type ConnectionOptions, type Report } from './port';
import { Repl } from './repl';

/** Older versions lack `randomBigInt` of the module rp2. */
const OLDEST = [1, 2];
/** Erasing the program area may take that long. The board is silent meanwhile. */
const ERASE_SECONDS = 30;
/** A program that joins a network at its start may block that long. */
const START_SECONDS = 40;

export interface KalumaRequest extends ConnectionOptions {
  board: Board;
  /** File on this computer. */
  program: string;
}

/** What a board reports about itself. */
export interface KalumaIdentity {
  board: string;
  version: string;
}

const QUESTION = "print('<<'+[process.version,typeof board=='object'?board.name:'']+'>>')";
const ANSWER = /<<(\d[^,<>]*),([^<>]*)>>/;

async function ask(repl: Repl, seconds: number): Promise<KalumaIdentity | undefined> {
  const answer = await repl.command(QUESTION, ANSWER, seconds);
  return answer && { version: answer[1]!, board: answer[2]! };
}

/** Asks a board for its identity, repeatedly: it may be waiting in an interrupted transfer. Throws a Problem if it does not answer. */
async function identify(repl: Repl, baud: number): Promise<KalumaIdentity> {
  let heard = '';
  for (let i = 0; i < 3; i++) {
    await repl.interrupt(i > 0);
    const identity = await ask(repl, 2);
    if (identity) return identity;
    heard += repl.heard;
  }
  throw new Problem(explainSilence(heard, repl.port, baud, 'Kaluma'));
}

/** Throws a Problem if the board file is not for this board. */
export function checkKaluma({ board, version }: KalumaIdentity, wanted: Board): void {
  if (/^\dv/.test(version)) throw new Problem(`the board runs Espruino ${version}, not Kaluma: flash Kaluma's firmware first, or choose the right board`);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major * 1000 + minor < OLDEST[0]! * 1000 + OLDEST[1]!)
    throw new Problem(`the board runs Kaluma ${version}, but wixt needs ${OLDEST.join('.')} or newer: update its firmware`);
  if (wanted.hardware && !wanted.hardware.includes(board))
    throw new Problem(`the board is ${board} (Kaluma ${version}), but ${wanted.name} is for ${wanted.hardware.join(', ')}: choose another --board`);
}

/** The number that a command of the console prints. */
async function askNumber(repl: Repl, command: string): Promise<number> {
  const answer = await repl.command(command, /(?:^|\n|\x1b\[0m)(\d+)\r\n/, 5);
  if (!answer) throw new Problem(`${repl.port}: the board does not answer ${command}: it may run a modified Kaluma`);
  return Number(answer[1]);
}

/** What the board prints at the end of a transfer. */
async function hearEnd(repl: Repl): Promise<string> {
  const end = /(Done|Aborted|Verification failed|The file size is too large|Failed to receive)\r\n/;
  return (await repl.until((heard) => end.exec(heard) ?? undefined, 3))?.[1] ?? '';
}

async function writeProgram(repl: Repl, content: Buffer, report: Report): Promise<void> {
  if (!(await repl.command('.flash -w', /Transfer a file/, 5))) throw new Problem(`${repl.port}: the board does not accept a program: reset it, then flash again`);
  const done = await repl.send('usercode', content, (done) => report('writing', done, content.length), ERASE_SECONDS);
  const end = done === content.length ? await hearEnd(repl) : '';
  if (end === 'Done') return;
  // Ends the wait of the board.
  if (!end) repl.tell('a');
  const said = end || (await hearEnd(repl));
  throw new Problem(
    done === undefined
      ? `${repl.port}: the board stopped answering during the transfer: reset it, then flash again`
      : `the board aborted the transfer after ${done} of ${content.length} bytes${said && said !== 'Aborted' ? ` (${said})` : ''}: flash again`,
  );
}

/** Reads the program back. Throws a Problem if it differs from what was sent. */
async function verifyProgram(repl: Repl, content: Buffer, report: Report): Promise<void> {
  const size = await askNumber(repl, '.flash -s');
  if (size !== content.length) throw new Problem(`the board has ${size} bytes of the program, but ${content.length} were sent: flash again`);
  // The console prints line ends like this.
  const expected = content.toString('latin1').replace(/\n/g, '\r\n');
  repl.tell('.flash -r\r');
  // After the last prompt and the echo of the command, if any.
  const programOf = (heard: string) => heard.replace(/^[^\n]{0,99}\.flash -r\r\n/, '').replace(/^\x1b\[0m/, '');
  const found = await repl.until((heard) => {
    const length = Math.min(programOf(heard).length, expected.length);
    report('reading back', Math.min(length, content.length), content.length);
    return length === expected.length ? true : undefined;
  }, 5 + expected.length / 5000);
  const program = programOf(repl.heard).slice(0, expected.length);
  if (found && program === expected) return;
  const at = [...expected].findIndex((character, i) => character !== program[i]);
  const lines = expected.slice(0, at).split('\r\n').length - 1;
  throw new Problem(`the program on the board differs from what was sent, from byte ${at - lines} on: flash again`);
}

/** An error is printed in red; where it happened follows in lines of its own. */
const FAULT = /\x1b\[31m([^\r\n]*)\r\n/;

/** Starts the program that is in the flash. Throws a Problem with the error that ends it. */
async function startProgram(repl: Repl): Promise<void> {
  const failed = await repl.command('.load', FAULT, 1);
  const heard = repl.heard;
  const answered = failed || (await ask(repl, START_SECONDS));
  // A slow start may fail after the question was sent: the error precedes the answer.
  const fault = FAULT.exec(heard + repl.heard);
  if (fault) throw new Problem(`the program is on the board, but fails with: ${fault[1]}`);
  if (!answered) throw new Problem(`${repl.port}: the program is on the board, but the board has not answered since it started: look for an endless loop`);
}

/** Throws a Problem if there is no room for the program. */
async function checkRoom(repl: Repl, length: number): Promise<void> {
  // A byte after the program terminates it.
  const room = (await askNumber(repl, '.flash -t')) - 1;
  if (length <= room) return;
  // Nothing has changed: the old program continues.
  repl.tell('.load\r');
  throw new Problem(`not enough room in the board's flash: ${length} bytes are needed, ${room} are free: switch features off in your own board file`);
}

/** Writes a program, verifies it, and starts it. Throws a Problem that says what went wrong. */
export async function flashKaluma({ board, program, port, baud }: KalumaRequest, report: Report = makeReport(console.log)): Promise<void> {
  const content = readFileSync(program);
  const repl = await Repl.open({ port, baud });
  try {
    const identity = await identify(repl, baud);
    report(`${identity.board}, Kaluma ${identity.version}`);
    checkKaluma(identity, board);
    // Stops the running program: its output would mix with the answers.
    if (!(await repl.command('.reset', /soft reset/, 10))) throw new Problem(`${port}: the program on the board cannot be stopped: unplug the board, then flash again`);
    await checkRoom(repl, content.length);
    await writeProgram(repl, content, report);
    await verifyProgram(repl, content, report);
    report(`${content.length} bytes in flash, read back and verified`);
    await startProgram(repl);
    report('started: the board answers');
  } finally {
    await repl.close();
  }
}
