/** Flashing a board that runs Espruino: files into its Storage, read back, and started. */
import { readFileSync } from 'node:fs';
import type { Board } from '../../../boards/board';
import { storedBytes } from '../build/storage';
import { crc32 } from '../crc32';
import { Problem } from '../problem';
import { withConnection, type Connection } from './connection';
import type { ConnectionOptions } from './port';

/** Older ones do not know the tokens of strings that a program is sent with. */
const OLDEST = '2v21';
/** Bytes of a file that go in one line, and that are checked at a time: they must fit the board's memory twice. */
const PIECE = 768;

/** What a board says of itself. */
export interface Identity {
  board: string;
  version: string;
  /** JsVars in all. */
  variables: number;
  /** Where we talk to it: a serial line, "USB", "Bluetooth". */
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

/** Asks a board what it is; more than once, as one that was reset when its port was opened is not up yet. Throws a Problem when it does not answer. */
export async function identify(connection: Connection): Promise<Identity> {
  const question = '[process.env.BOARD,process.env.VERSION,process.memory().total,process.env.CONSOLE]';
  const [board, version, variables, console] = await connection.evaluate(question);
  return { board, version, variables, console };
}

/** Throws a Problem when a board is none that a board file is for. */
export function checkIdentity({ board, version, variables }: Identity, wanted: Board): void {
  if (versionNumber(version) < versionNumber(OLDEST))
    throw new Problem(`the board runs Espruino ${version}, and wixt needs ${OLDEST} or newer: update its firmware`);
  if (wanted.hardware && !wanted.hardware.includes(board))
    throw new Problem(`the board is ${board} (Espruino ${version}), and ${wanted.name} is for ${wanted.hardware.join(', ')}: choose another --board`);
  // A build that makes variables as it needs them has no number that means something.
  if (variables < wanted.variables)
    throw new Problem(`the board has ${variables} variables, and ${wanted.name} is for ${wanted.variables}: choose another --board`);
}

/** Throws a Problem when Storage has no room for the files, before anything is changed. What is erased counts as room: Storage compacts itself. */
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
      `not enough room in the board's Storage: ${needed} bytes are needed, ${room} are there` +
        (others.length ? `, and other files take the rest: ${others.map(([name, length]) => `${name} (${length})`).join(', ')}` : '') +
        ': switch features off in a board file of your own, or take a build of Espruino with more Storage',
    );
}

/** Writes a file piece by piece; each is there when the next is sent. */
async function writeFile(connection: Connection, name: string, content: Buffer, report: (done: number) => void): Promise<void> {
  for (let at = 0; at < content.length; at += PIECE) {
    const piece = content.subarray(at, at + PIECE).toString('base64');
    const call = `require("Storage").write(${JSON.stringify(name)},atob("${piece}"),${at}${at ? '' : `,${content.length}`})`;
    const answer = await connection.evaluate(`(function(){try{return ${call}}catch(e){return ""+(e.message||e)}})()`, 10);
    if (answer !== true) throw new Problem(`the board did not take ${name}: ${answer || 'it says no more'}`);
    report(at + Math.min(PIECE, content.length - at));
  }
}

/** Reads a file's checksums on the board. Throws a Problem when it is not what was sent. */
async function verifyFile(connection: Connection, name: string, content: Buffer): Promise<void> {
  const program = `(function(n,a,i,s){for(;i<${content.length};i+=${PIECE}){s=require("Storage").read(n,i,${PIECE});a.push(s?E.CRC32(s)>>>0:0)}return [require("Storage").read(n,0,1)!==undefined,a]})(${JSON.stringify(name)},[],0)`;
  const [there, sums] = (await connection.evaluate(program, 15)) as [boolean, number[]];
  for (let i = 0; i * PIECE < content.length; i++)
    if (!there || sums[i] !== crc32(content.subarray(i * PIECE, (i + 1) * PIECE)))
      throw new Problem(`${name} on the board is not what was sent, from byte ${i * PIECE} on: flash again`);
}

/** Ends the program that runs: it has the memory, and may be in the middle of something. */
export async function stopProgram(connection: Connection, { console }: Identity): Promise<void> {
  await connection.evaluate('setTimeout(reset,100)&&1');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (!/^Serial/.test(console)) connection.hurry();
}

/** Starts the board's program anew and looks whether the board still answers. Throws a Problem with what it complained about. */
export async function restart(connection: Connection): Promise<void> {
  await connection.evaluate('setTimeout(load,100)&&1');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  let said = connection.heard;
  let answer: unknown;
  for (let tries = 0; tries < 4 && answer === undefined; tries++) {
    if (tries) await new Promise((resolve) => setTimeout(resolve, 1000));
    answer = await connection.ask('process.memory().usage', 3);
    // An error may be that of a question that came with a byte lost.
    said += answer === undefined ? connection.heard.replace(/Uncaught (Syntax|Reference)Error.*/g, '') : connection.heard;
  }
  const fault = /(?:Uncaught|OUT OF MEMORY)[^\n]*/.exec(said)?.[0];
  if (fault) throw new Problem(`the program is on the board, and ends with: ${fault.trim()}`);
  if (answer === undefined) throw new Problem('the program is on the board, but the board does not answer any more: press its reset button');
}

/** Puts programs on a board and starts them. Throws a Problem that says what went wrong. */
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
    report(`${[...files.keys()].join(', ')}: ${total} bytes in Storage, read back and right`);
    await restart(connection);
    report(`started: the board answers`);
  });
}
