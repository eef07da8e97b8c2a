/** `wixt flash` for Kaluma as a person runs it: Kaluma's own tools, unmodified, and a board's console at a pseudo-terminal. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { readBoard } from '../../src/host/build/boards';
import { inPackage } from '../../src/host/build/root';
import { findTool } from '../../src/host/flash/find';
import { flashKaluma } from '../../src/host/flash/kaluma';
import { Problem } from '../../src/host/problem';
import { wixt } from '../support/command';
import { startLive } from '../support/live';
import { skip } from '../support/skip';
import { startKaluma, type SerialBoard } from './support/board';
import type { KalumaOptions } from './support/kaluma-board';

const app = (server: string, more = '') => `import { connect } from 'wixt';
import { sensor, Temperature } from 'wixt/objects';
connect({ endpoint: 'pico', server: '${server}', lifetime: 300, objects: [sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20 } })] });
${more}`;

/** A board, stopped at the test's end; undefined, and said why, where there cannot be one. */
async function start(t: ExecutionContext, options?: KalumaOptions): Promise<SerialBoard | undefined> {
  const board = await startKaluma(options);
  if (typeof board === 'string') return void skip(t, board);
  t.teardown(() => board.stop());
  return board;
}

function flash(board: SerialBoard, program: string) {
  const file = join(board.folder, 'app.ts');
  writeFileSync(file, program);
  return wixt(['flash', '--board', 'pico-w', '--port', board.port, '--app', file]);
}

async function works(t: ExecutionContext, board: SerialBoard, program: string): Promise<string> {
  const { code, out, err } = await flash(board, program);
  t.log(out, err);
  t.is(code, 0, err);
  return out;
}

/** Without building: a program as large as a client. Returns what was said; `error` is a sentence, or was none. */
async function flashFile(board: SerialBoard, program = `${'// a comment\n'.repeat(2100)}print(1);`): Promise<{ said: string; error: string }> {
  const file = join(board.folder, 'program.js');
  writeFileSync(file, program);
  const said: string[] = [];
  const report = (text: string, done?: number, total?: number) => void said.push(total ? `${text} ${done}/${total}` : text);
  const request = { board: (await readBoard('pico-w')).board, program: file, port: board.port, baud: 115200 };
  const error = await flashKaluma(request, report).then(() => '', (error: Error) => (error instanceof Problem ? error.message : String(error.stack)));
  return { said: said.join('\n'), error };
}

const stored = (board: SerialBoard) => readFileSync(join(board.folder, 'kaluma.flash'));

test.serial('flashes a program, says how far it is, and the device registers, also after the power was away, and after a second program', async (t) => {
  const board = await start(t);
  if (!board) return;
  const live = await startLive();
  t.teardown(() => live.server.stop());
  const out = await works(t, board, app(live.uri));
  t.regex(out, /^pico-w, Kaluma 1\.2\.1\nwriting: \d+ % of (\d+) bytes\n(writing.*\n){2,}reading back.*\n(reading back.*\n)*\1 bytes in flash, read back and verified\nstarted: the board answers\n$/m);
  t.deepEqual(stored(board), readFileSync(inPackage('dist', 'pico-w', 'boot.min.js')));
  await live.registered('pico');
  await board.restart();
  await live.registered('pico', 2);
  t.is((await live.server.read('pico', '/3303/0/5700')).code, 69);
  // The program of before prints all the time, then stands in a loop.
  await works(t, board, app(live.uri, "setInterval(function () { console.log('1234') }, 1);\nsetTimeout(function () { for (;;); }, 3000);"));
  await live.registered('pico', 3);
  t.is((await flashFile(board)).error, '');
});

test.serial("what Kaluma's command writes, by itself, is what the simulated board has", async (t) => {
  const board = await start(t);
  if (!board) return;
  const file = join(board.folder, 'program.js');
  writeFileSync(file, `${'// a comment\n'.repeat(300)}board.name;`);
  const { stdout } = await promisify(execFile)(process.execPath, [join(findTool('@kaluma/cli')!, 'bin', 'kaluma.js'), 'write', file, '-p', board.port]);
  t.regex(stdout, /^Done\. \(.*program\.js : 3911 bytes\)$/m);
  t.deepEqual(stored(board), readFileSync(file));
});

test.serial('what the board is not, or has not, is one sentence, and nothing is written', async (t) => {
  const cases: [KalumaOptions, RegExp][] = [
    [{ version: '1.1.0' }, /the board runs Kaluma 1\.1\.0, but wixt needs 1\.2 or newer: update its firmware/],
    [{ name: 'pico' }, /the board is pico \(Kaluma 1\.2\.1\), but pico-w is for pico-w, pico2-w: choose another --board/],
    [{ room: 8192 }, /not enough room in the board's flash: \d{5} bytes are needed, 8191 are free: switch features off/],
    [{ version: '2v29' }, /the board runs Espruino 2v29, not Kaluma/],
  ];
  for (const [options, expected] of cases) {
    const board = await start(t, options);
    if (!board) return;
    t.regex((await flashFile(board)).error, expected);
    t.false(existsSync(join(board.folder, 'kaluma.flash')));
  }
});

test.serial('a transfer that goes wrong is one sentence, and the next one works', async (t) => {
  const cases: [KalumaOptions['fault'], RegExp][] = [
    ['lost', /the board aborted the transfer after \d+ of \d+ bytes: flash again/],
    ['flipped', /the program on the board differs from what was sent, from byte 2000 on: flash again/],
    ['unplugged', /\/dev\/\S+: the connection has ended: was the board unplugged\?/],
    ['silent', /\/dev\/\S+: the board stopped answering during the transfer: reset it, then flash again/],
  ];
  for (const [fault, expected] of cases) {
    const board = await start(t, { fault });
    if (!board) return;
    t.regex((await flashFile(board)).error, expected);
  }
});

test.serial('a transfer that somebody broke off, and a line that somebody began, are ended first', async (t) => {
  const board = await start(t);
  if (!board) return;
  for (const left of ['.flash -w\r', 'print("']) {
    writeFileSync(board.port, left);
    t.regex((await flashFile(board)).said, /started: the board answers/);
  }
});

test.serial('a program that fails at its start, or never comes to an end, is on the board, and said so', async (t) => {
  const board = await start(t);
  if (!board) return;
  t.regex((await flashFile(board, "throw new TypeError('the sensor is missing');")).error, /the program is on the board, but fails with: TypeError: the sensor is missing/);
  t.is(String(stored(board)), "throw new TypeError('the sensor is missing');");
  t.regex((await flashFile(board, 'setTimeout(function () { for (;;); }, 1);')).error, /the program is on the board, but the board has not answered since it started/);
  t.regex((await flashFile(board)).said, /started: the board answers/);
});

test.serial('what answers is something else, nothing does, or the tools are missing', async (t) => {
  const board = await start(t);
  if (!board) return;
  const run = (port: string, env = process.env) => wixt(['flash', '--board', 'pico-w', '--port', port], { env });
  t.regex((await run('/dev/ttyNONE')).err, /^wixt: --port \/dev\/ttyNONE: there is no such port; [^\n]*\n$/);
  t.regex((await run('package.json')).err, /^wixt: --port package\.json: this is not a serial port\n$/);
  const bare = { ...process.env, WIXT_TOOLS: '', PATH: dirname(process.execPath) };
  if (!existsSync(inPackage('node_modules', '@kaluma'))) t.regex((await run(board.port, bare)).err, /^wixt: the npm package @kaluma\/cli, which talks to the board, is not installed: npm install --save-dev @kaluma\/cli@1\.0\.0, or --global\n$/);
  const half = join(board.folder, 'node_modules', '@kaluma');
  mkdirSync(half, { recursive: true });
  mkdirSync(join(half, 'cli'));
  for (const name of ['package.json', 'lib']) symlinkSync(join(findTool('@kaluma/cli')!, name), join(half, 'cli', name));
  t.regex((await run(board.port, { ...bare, WIXT_TOOLS: board.folder })).err, /^wixt: \S+ is incomplete \(Cannot find module 'serialport'\): install @kaluma\/cli@1\.0\.0 with [^\n]*\n$/);
});
