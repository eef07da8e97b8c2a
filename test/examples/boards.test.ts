/**
 * Every program of this repository on every board that has its parts: it is built, and it registers on what stands in for the board here. What lacks
 * its parts is in a table (test/support/examples.ts), with the reason; that the build refuses it, and boot scripts: test/engines/examples.test.ts. The
 * libraries are those of dist.
 */
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import type { Board } from '../../boards/board';
import { listBoards } from '../../src/host/build/boards';
import { inPackage } from '../../src/host/build/root';
import { shareCompiler } from '../../src/host/build/share';
import { emulateEspruino } from '../../src/host/sim/espruino';
import type { Library } from '../../src/host/sim/library';
import { MODEMS, PLATFORMS } from '../../src/host/sim/platforms';
import type { Surroundings } from '../../src/host/sim/surroundings';
import { runModule } from '../../src/host/sim/program';
import { Simulator } from '../../src/host/sim/simulator';
import { Bg96 } from '../simulated/bg96';
import { Esp8266At } from '../simulated/esp8266at';
import { emulateMquickjs } from '../simulated/mquickjs';
import { EXAMPLES, fitting, generate, hasWifi, NONE, prepare, readBoards, uncheckedCompiler } from '../support/examples';
import { startLive } from '../support/live';

const boards = await readBoards();
const compiler = shareCompiler();
const all = boards.map((board) => prepare(board, fitting(board), compiler, uncheckedCompiler));
const live = await startLive();
test.after.always(() => live.server.stop());

// What a program does for ever keeps no process.
for (const name of ['setTimeout', 'setInterval'] as const) {
  const original = globalThis[name];
  (globalThis as any)[name] = (...given: Parameters<typeof original>) => (original as any)(...given).unref();
}

/** A board behind a modem: the pins, the line, and what is at its other end. `ends` are called when it is over. */
function emulateModem(board: Board, ends: (() => void)[]): Surroundings {
  const modem = hasWifi(board) ? new Esp8266At('nonos') : new Bg96();
  // The network of the sample program; others name none, and the module has one that it remembers.
  if (modem instanceof Esp8266At) Object.assign(modem, { remembers: true, ssid: 'name of the network', password: 'its password' });
  ends.push(() => modem.powerOff());
  const serial = Object.assign(new EventEmitter(), { setup() {}, write: (data: string) => modem.input(Buffer.from(data, 'latin1')) });
  modem.onOutput((data) => serial.emit('data', data.toString('latin1')));
  const pins = Object.fromEntries(['A2', 'A3', 'A13', 'A14', 'A15', 'B9', 'D6', 'D7', 'D9', 'D10', 'D15'].map((pin) => [pin, pin]));
  const digitalWrite = (pin: string, level: number) => {
    if (hasWifi(board) && pin === (board.name === 'pico' ? 'B9' : 'A14')) return void (level ? modem.reset() : modem.powerOff());
    if (pin === 'D6' && !level) modem.powerOff();
    if (pin === 'D15' && !level && modem.deaf) modem.reset();
  };
  const { globals, modules } = emulateEspruino(board.limits.datagram!);
  const E = { ...(globals.E as object), toString: (data: Uint8Array) => Buffer.from(data).toString('latin1') };
  return { globals: { ...globals, ...pins, E, digitalWrite, Serial1: serial, Serial2: serial }, modules };
}

/** What a program finds on the board, and nothing that it prints is shown. */
function surround(board: Board, ends: (() => void)[]): Surroundings {
  const around = MODEMS.includes(board.adapters.udp) ? emulateModem(board, ends) : board.engine === 'mquickjs' ? emulateMquickjs() : PLATFORMS[board.engine]!(board);
  const quiet = { print() {}, trace() {}, console: { log() {} } };
  const globals: Record<string, any> = { ...around.globals, ...quiet };
  if (board.engine === 'espruino') {
    Object.assign(globals, { getSerial: () => '1234567890', process: { ...globals.process, env: { BOARD: board.name } } });
    globals.E = { ...globals.E, getTemperature: () => 21.5, reboot() {} };
  }
  return { ...around, globals };
}

let devices = 0;

/** Runs the library and a program on it. Resolves to the ids of the objects that it registers; it has answered a Read and left then. */
async function register(board: Board, library: string, app: string): Promise<number[]> {
  const endpoint = `device-${++devices}`;
  const ends: (() => void)[] = [];
  const around = surround(board, ends);
  const wixt = runModule(library, inPackage('wixt.min.js'), around) as unknown as Library;
  const program = { board, library: wixt, run: (given: Library) => void runModule(app, inPackage('app.min.js'), around, { wixt: given }) };
  const simulator = new Simulator(program, { server: live.uri, endpoint }, () => {});
  simulator.start();
  const { objects } = await live.registered(endpoint);
  const { success } = await live.server.read(endpoint, '/3/0/0');
  const left = await simulator.stop();
  for (const end of ends) end();
  if (!success || !left) throw new Error(success ? 'it has not left' : '/3/0/0 was not read');
  return [...objects.keys()].filter((id) => id !== 1);
}

test('every program of boards and examples is in the table', (t) => {
  const known = [...EXAMPLES.map(({ file }) => file), ...NONE];
  const found = [...listBoards().map((name) => `boards/${name}/app.ts`).filter((file) => existsSync(inPackage(file))), 'boards/app.ts', 'boards/host/conformance.ts'];
  t.deepEqual(found.filter((file) => !known.includes(file)), []);
});

for (const { board: { board }, library, programs } of all) {
  const dist = inPackage('dist', board.name, 'wixt.min.js');
  const made = existsSync(dist) ? Promise.resolve(readFileSync(dist, 'utf8')) : undefined;
  for (const { example, app } of programs)
    test.serial(`${board.name}: ${example.file} is built, and registers`, async (t) => {
      const ids = await register(board, await (made ?? generate(library)), await generate(app));
      t.deepEqual(ids.sort((a, b) => a - b), example.objects);
    });
  if (board.engine === 'espruino')
    test.serial(`${board.name}: examples/espruino-module.js, as it is, registers`, async (t) => {
      const ids = await register(board, await (made ?? generate(library)), readFileSync(inPackage('examples', 'espruino-module.js'), 'utf8'));
      t.deepEqual(ids.sort((a, b) => a - b), [3, 3303]);
    });
}
