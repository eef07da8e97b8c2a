/** Flashes a board that runs Espruino: writes files to its Storage, reads them back, starts the program. */
import { readFileSync } from 'node:fs';
import type { Board } from '../../../boards/board';
import { storedBytes } from '../build/storage';
import { crc32 } from '../crc32';
import { Problem } from '../problem';
import { withConnection, type Connection } from './connection';
import type { ConnectionOptions } from './port';

/** Older versions lack the tokens for strings that tokenised programs contain. */
const OLDEST = '2v21';
/** Bytes of a file that are sent in one line and checked at a time. They must fit the board's memory twice. */
const PIECE = 768;

/** What a board reports about itself. */
export interface Identity {
  board: string;
  version: string;
  /** JsVars in all. */
  variables: number;
  /** Where its console is: a serial line, "USB", "Bluetooth". */
  console: string;
}

export interface FlashRequest extends ConnectionOptions {
  board: Board;
  /** Name in Storage → program on this computer; those that are started come last. */
  programs: Record<string, string>;
}

/** 2v29.277 → 2029.277, which can be compared. */
function versionNumber(version: string): number {
  const [, major, minor] = /^(\d+)v(\d+(?:\.\d+)?)/.exec(version) ?? [0, 0, 0];
  return Number(major) * 1000 + Number(minor);
}

/** Asks a board for its identity, repeatedly: opening the port may reset the board. Throws a Problem if it does not answer. */
export async function identify(connection: Connection): Promise<Identity> {
  const question = '[process.env.BOARD,process.env.VERSION,process.memory().total,process.env.CONSOLE]';
  const [board, version, variables, console] = await connection.evaluate(question);
  return { board, version, variables, console };
}

/** Throws a Problem if the board file is not for this board. */
export function checkIdentity({ board, version, variables }: Identity, wanted: Board): void {
  if (versionNumber(version) < versionNumber(OLDEST))
    throw new Problem(`the board runs Espruino ${version}, but wixt needs ${OLDEST} or newer: update its firmware`);
  if (wanted.hardware && !wanted.hardware.includes(board))
    throw new Problem(`the board is ${board} (Espruino ${version}), but ${wanted.name} is for ${wanted.hardware.join(', ')}: choose another --board`);
  // The number of variables has no meaning for builds that allocate them on demand.
  if (variables < wanted.variables)
    throw new Problem(`the board has ${variables} variables, but ${wanted.name} is for ${wanted.variables}: choose another --board`);
}

/** Throws a Problem if Storage has no room for the files, before anything changes. Erased bytes count as free: Storage compacts itself. */
async function checkRoom(connection: Connection, files: Map<string, Buffer>): Promise<void> {
  const listing =
    '(function(s){return [s.getStats?s.getStats():{freeBytes:s.getFree()},s.list().map(function(n){var f=s.read(n);return [n,f?f.length:0]})]})(require("Storage"))';
  const [stats, present] = (await connection.evaluate(listing, 5)) as [{ freeBytes: number; trashBytes?: number }, [string, number][]];
  const needed = [...files.values()].reduce((sum, { length }) => sum + storedBytes(length), 0);
  const others = present.filter(([name]) => !files.has(name));
  const replaced = present.filter(([name]) => files.has(name)).reduce((sum, [, length]) => sum + storedBytes(length), 0);
  const room = stats.freeBytes + (stats.trashBytes ?? 0) + replaced;
  if (needed > room)
    throw new Problem(
      `not enough room in the board's Storage: ${needed} bytes are needed, ${room} are free` +
        (others.length ? `, and other files use the rest: ${others.map(([name, length]) => `${name} (${length})`).join(', ')}` : '') +
        ': switch features off in your own board file, or use a build of Espruino with more Storage',
    );
}

/** Writes a file in pieces. Each is stored before the next is sent. */
async function writeFile(connection: Connection, name: string, content: Buffer, report: (done: number) => void): Promise<void> {
  for (let at = 0; at < content.length; at += PIECE) {
    const piece = content.subarray(at, at + PIECE).toString('base64');
    const call = `require("Storage").write(${JSON.stringify(name)},atob("${piece}"),${at}${at ? '' : `,${content.length}`})`;
    const answer = await connection.evaluate(`(function(){try{return ${call}}catch(e){return ""+(e.message||e)}})()`, 10);
    if (answer !== true) throw new Problem(`the board did not store ${name}: ${answer || 'it gives no reason'}`);
    report(at + Math.min(PIECE, content.length - at));
  }
}

/** Compares a file on the board by its checksums. Throws a Problem if it differs from what was sent. */
async function verifyFile(connection: Connection, name: string, content: Buffer): Promise<void> {
  const program = `(function(n,a,i,s){for(;i<${content.length};i+=${PIECE}){s=require("Storage").read(n,i,${PIECE});a.push(s?E.CRC32(s)>>>0:0)}return [require("Storage").read(n,0,1)!==undefined,a]})(${JSON.stringify(name)},[],0)`;
  const [there, sums] = (await connection.evaluate(program, 15)) as [boolean, number[]];
  for (let i = 0; i * PIECE < content.length; i++)
    if (!there || sums[i] !== crc32(content.subarray(i * PIECE, (i + 1) * PIECE)))
      throw new Problem(`${name} on the board differs from what was sent, from byte ${i * PIECE} on: flash again`);
}

/** Stops the running program: it holds memory, and may be busy. */
export async function stopProgram(connection: Connection, { console }: Identity): Promise<void> {
  await connection.evaluate('setTimeout(reset,100)&&1');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (!/^Serial/.test(console)) connection.hurry();
}

/** Restarts the board's program and checks that the board still answers. Throws a Problem with the error that the board printed. */
export async function restart(connection: Connection): Promise<void> {
  await connection.evaluate('setTimeout(load,100)&&1');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  let said = connection.heard;
  let answer: unknown;
  for (let tries = 0; tries < 4 && answer === undefined; tries++) {
    if (tries) await new Promise((resolve) => setTimeout(resolve, 1000));
    answer = await connection.ask('process.memory().usage', 3);
    // A lost byte in our question causes such errors, too.
    said += answer === undefined ? connection.heard.replace(/Uncaught (Syntax|Reference)Error.*/g, '') : connection.heard;
  }
  const fault = /(?:Uncaught|OUT OF MEMORY)[^\n]*/.exec(said)?.[0];
  if (fault) throw new Problem(`the program is on the board, but fails with: ${fault.trim()}`);
  if (answer === undefined) throw new Problem('the program is on the board, but the board no longer answers: press its reset button');
}

/** Writes programs to a board and starts them. Throws a Problem that says what went wrong. */
export function flashEspruino(request: FlashRequest): Promise<void> {
  return withConnection(request, async (connection, report) => {
    const identity = await identify(connection);
    report(`${identity.board}, Espruino ${identity.version}, ${identity.variables} variables`);
    checkIdentity(identity, request.board);
    const files = new Map<string, Buffer>();
    for (const [name, file] of Object.entries(request.programs))
      files.set(name, Buffer.from(connection.tokenise(readFileSync(file, 'latin1'), identity.version), 'latin1'));
    await stopProgram(connection, identity);
    await checkRoom(connection, files);
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    let before = 0;
    for (const [name, content] of files) {
      await writeFile(connection, name, content, (done) => report('writing', before + done, total));
      before += content.length;
    }
    for (const [name, content] of files) await verifyFile(connection, name, content);
    report(`${[...files.keys()].join(', ')}: ${total} bytes in Storage, read back and verified`);
    await restart(connection);
    report('started: the board answers');
  });
}
