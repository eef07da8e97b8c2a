/** `wixt flash` and `wixt provision` as a person runs them, with a real Espruino at a pseudo-terminal. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { buildBoard } from '../../src/host/build/build';
import { storedBytes } from '../../src/host/build/storage';
import { findTool } from '../../src/host/flash/find';
import { explainPort } from '../../src/host/flash/port';
import { runEspruino } from '../../tools/espruino';
import { wixt } from '../support/command';
import { startLive } from '../support/live';
import { skip } from '../support/skip';
import { startAtPort, startBoard } from './support/board';
import { findEngine } from './support/espruino';

const app = (server: string, more = '') => `import { connect } from 'wixt';
import { configure } from 'wixt/config';
import { sensor, Temperature } from 'wixt/objects';
connect(configure({ endpoint: 'factory', server: '${server}', lifetime: 300, objects: [sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20 } })] }));
${more}`;

/** Each so manieth byte does not arrive: about one in each run of `wixt provision`, always somewhere else. */
const LOST = 5003;

/** A command that must work; returns what it printed. */
async function run(t: ExecutionContext, ...line: string[]): Promise<string> {
  const { code, out, err } = await wixt(line);
  t.log([`wixt ${line[0]}`, out, err].join('\n').trim());
  t.is(code, 0, err);
  return out;
}

async function startServer(t: ExecutionContext) {
  const live = await startLive();
  t.teardown(() => live.server.stop());
  return live;
}

test.serial('flashes a program, which registers, also after the power was away; then under the name and at the server that it is told', async (t) => {
  const board = await startBoard();
  if (typeof board === 'string') return skip(t, board);
  t.teardown(() => board.stop());
  const [live, other] = [await startServer(t), await startServer(t)];
  const file = join(board.folder, 'app.ts');
  writeFileSync(file, app(live.uri));
  const flashed = await run(t, 'flash', '--board', 'linux-espruino', '--port', board.port, '--app', file);
  t.regex(flashed, /^LINUX, Espruino 2v\S+, 2500 variables$/m);
  t.regex(flashed, /^(wixt\d+, )*\.bootcde: \d+ bytes in Storage, read back and verified$/m);
  const { files } = await buildBoard({ board: 'linux-espruino', app: file, out: join(board.folder, 'built') });
  t.is(files.find(({ stored }) => stored)!.stored, storedBytes(Number(/(\d+) bytes in Storage/.exec(flashed)![1])), 'what wixt build counts');
  await live.registered('factory');
  await board.restart();
  await live.registered('factory', 2);

  t.regex(await run(t, 'provision', '--port', board.port, '--endpoint', 'kitchen-1', '--lifetime', '60'), /^endpoint: kitchen-1\nlifetime: 60 s$/m);
  t.is((await live.registered('kitchen-1')).lifetime, 60);
  await board.restart();
  await live.registered('kitchen-1', 2);
  const shown = await run(t, 'provision', '--port', board.port);
  t.regex(shown, /^endpoint: kitchen-1\nlifetime: 60 s$/m);
  t.notRegex(shown, /note:/);
  await run(t, 'provision', '--port', board.port, '--server', other.uri);
  await other.registered('kitchen-1');
  t.regex(await run(t, 'provision', '--port', board.port, '--clear'), /no settings/);
  await live.registered('factory', 3);

  // A key is stored, and never shown; a program without DTLS does not connect then, rather than go without.
  const key = '0123456789abcdef0123456789ABCDEF';
  const told = await wixt(['provision', '--port', board.port, '--identity', 'kitchen', '--key', '-'], { input: `${key}\n`, env: { ...process.env, WIXT_DEBUG: '1' } });
  t.is(told.code, 1);
  t.regex(told.err, /^wixt: [^\n]*fails with: Uncaught .*wixt: a key is stored, and this program has no DTLS/);
  const all = await wixt(['provision', '--port', board.port]);
  t.false((told.out + told.err + all.out + all.err).toLowerCase().includes('0123456789abcdef'));
  t.true(readFileSync(join(board.folder, 'espruino.flash'), 'latin1').includes(key));
  t.regex(await run(t, 'provision', '--port', board.port, '--clear'), /no settings/);
  await live.registered('factory', 4);
});

/** A command that must fail; returns what it said about it. */
async function fail(t: ExecutionContext, ...line: string[]): Promise<string> {
  const { code, err } = await wixt(line);
  t.is(code, 1, err);
  t.regex(err, /^wixt: [^\n]+\n$/, 'one sentence');
  return err;
}

test.serial('what the board is not, or has not, is one sentence, and nothing is written', async (t) => {
  const board = await startBoard();
  if (typeof board === 'string') return skip(t, board);
  t.teardown(() => board.stop());
  const file = join(board.folder, 'app.ts');
  writeFileSync(file, app('coap://127.0.0.1', "throw 'the sensor is missing';"));
  const flash = (name: string) => ['flash', '--board', name, '--port', board.port, '--app', file];
  t.regex(await fail(t, ...flash('esp8266')), /the board is LINUX \(Espruino 2v\S+\), but esp8266 is for ESP8266_BOARD, ESP8266_4MB: choose another --board/);
  t.false(existsSync(join(board.folder, 'espruino.flash')));
  // A program that ends at its start is on the board all the same.
  t.regex(await fail(t, ...flash('linux-espruino')), /the program is on the board, but fails with: Uncaught .*the sensor is missing/);
  const engine = await findEngine(2500);
  if (typeof engine === 'string') return t.fail(engine);
  await board.off();
  await runEspruino(engine.binary, 'require("Storage").eraseAll();require("Storage").write("log","x",0,250000)', 20000, board.folder);
  await board.restart();
  t.regex(await run(t, 'provision', '--port', board.port, '--endpoint', 'x'), /^note: no program on the board uses the settings/m);
  const before = readFileSync(join(board.folder, 'espruino.flash'));
  t.regex(
    await fail(t, 'flash', '--board', 'linux-espruino', '--port', board.port, '--app', file),
    /not enough room in the board's Storage: \d+ bytes are needed, \d+ are free, and other files use the rest: log \(250000\), wixt\.1 \(1024\): switch features off/,
  );
  t.deepEqual(readFileSync(join(board.folder, 'espruino.flash')), before);
});

test.serial('a small board: what does not fit its memory lies in Storage beside the boot script; one with fewer variables than it is built for is refused', async (t) => {
  const board = await startBoard(1700);
  if (typeof board === 'string') return skip(t, board);
  t.teardown(() => board.stop());
  const live = await startServer(t);
  const file = join(board.folder, 'app.ts');
  writeFileSync(file, app(live.uri));
  mkdirSync(join(board.folder, 'small'));
  writeFileSync(join(board.folder, 'small', 'board.ts'), "export default { name: 'small', base: 'esp8266', hardware: ['LINUX'] };");
  t.regex(await fail(t, 'flash', '--board', 'linux-espruino', '--port', board.port), /the board has 1700 variables, but linux-espruino is for 2500/);
  t.regex(await run(t, 'flash', '--board', join(board.folder, 'small'), '--port', board.port, '--app', file), /^(wixt\d+, )*\.bootcde: \d+ bytes in Storage, read back and verified$/m);
  await live.registered('factory');
  t.notRegex(await run(t, 'provision', '--port', board.port, '--endpoint', 'small-1'), /note:/);
  await live.registered('small-1');
  t.is((await live.server.read('small-1', '/3303/0/5700')).code, 69);
});

test.serial('a byte lost on the line now and then: it is said again', async (t) => {
  const board = await startBoard(2500, LOST);
  if (typeof board === 'string') return skip(t, board);
  t.teardown(() => board.stop());
  for (let i = 0; i < 6; i++) t.regex(await run(t, 'provision', '--port', board.port, '--endpoint', `kitchen-${i}`), new RegExp(`^endpoint: kitchen-${i}$`, 'm'));
});

test('a board that wixt cannot flash: it prints what to do', async (t) => {
  t.regex(await run(t, 'flash', '--board', 'mquickjs'), /^wixt does not flash mquickjs itself. Do this:\n- \*\*Program\*\*: .*--board mquickjs/);
});

test.serial('what answers is something else, or nothing does', async (t) => {
  if (!findTool('espruino')) return skip(t, 'no npm package espruino');
  const talk = (banner: string) => ['python3', '-c', `import os\nwhile True:\n  os.read(0,99)\n  os.write(1,${JSON.stringify(banner)}.encode())`];
  const cases: [string[], RegExp][] = [
    [['sleep', '1000'], /no answer at 115200 baud: check that the board is on/],
    [talk('\r\n>>> '), /this is Python, not Espruino: flash Espruino's firmware first/],
    [talk('Welcome to Kaluma v1.0.0\r\n> '), /this is Kaluma, not Espruino/],
    [talk('temperature 21.5\r\n'), /the answer at 115200 baud is not from Espruino, .*temperature 21\.5/],
  ];
  for (const [command, expected] of cases) {
    const board = await startAtPort(command);
    if (typeof board === 'string') return skip(t, board);
    t.regex(await fail(t, 'provision', '--port', board.port), expected);
    await board.stop();
  }
});

test.serial('a port that is not there, is none, or is taken', async (t) => {
  if (!findTool('espruino')) return skip(t, 'no npm package espruino');
  t.regex(await fail(t, 'provision', '--port', '/dev/ttyNONE'), /--port \/dev\/ttyNONE: there is no such port; (there are|this computer sees no board)/);
  t.regex(await fail(t, 'provision', '--port', 'package.json'), /--port package\.json: this is not a serial port/);
  t.regex(explainPort('/dev/ttyUSB0', 'Error: Permission denied, cannot open /dev/ttyUSB0').message, /permission denied: on Linux run sudo usermod -a -G dialout/);
  t.regex(explainPort('/dev/ttyUSB0', 'Error Resource temporarily unavailable Cannot lock port').message, /another program uses it/);
});
