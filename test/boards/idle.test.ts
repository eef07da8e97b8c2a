/** Low power: between two deadlines nothing wakes a board. Virtual time, a board's bundle, our server. */
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { ConnectOptions, Device } from '../../boards/pump';
import { loadDefaults } from '../../src/host/objects/registry';
import { makePeer } from '../../src/host/server/coap/transport';
import { LwM2mServer } from '../../src/host/server/server';
import { buildCode } from '../engines/support/bundle';
import { VirtualTime } from '../simulated/network';
import { seeded } from '../support/bench';
import { createStore } from '../support/store';

const HOUR_MS = 3_600_000;
/** MAX_TRANSMIT_WAIT: how long before its end a registration is renewed. */
const BEFORE_END_S = 93;
const DEVICE = makePeer('192.0.2.7', 40000, 0);

interface Board {
  time: VirtualTime;
  server: LwM2mServer;
  connect(options: Partial<ConnectOptions>): Device;
  /** What woke it, and when (ms): a timer, or a datagram. */
  wakes: { at: number; why: 'timer' | 'datagram' }[];
  /** Timers that wait. */
  timers(): number;
  /** Codes of the datagrams that the board has sent. */
  sent: string[];
  /** Nothing that it sends arrives any more. */
  lost?: boolean;
}

let code: string;
test.before(async () => {
  // Without Espruino's own way with strings, which Node has not.
  code = await buildCode('linux-espruino', 'boards/linux-espruino', { unicode: true });
});

/** `round` is what the engine makes of a timer's ms: Espruino takes parts of them, Node cuts them off, and waits 1 ms at least. */
async function createBoard(round: (ms: number) => number): Promise<Board> {
  const time = new VirtualTime();
  const board = { time, wakes: [], sent: [] } as unknown as Board;
  let onMessage: (data: Uint8Array, from: object) => void = () => {};
  let deliver: (datagram: Uint8Array, from: typeof DEVICE) => void = () => {};
  const transport = {
    start: async (onDatagram: typeof deliver) => void (deliver = onDatagram),
    stop: async () => {},
    send: (datagram: Uint8Array) => {
      const copy = datagram.slice();
      time.after(40, () => {
        board.wakes.push({ at: time.now, why: 'datagram' });
        onMessage(copy, { address: '192.0.2.1', port: 5683, size: copy.length });
      });
    },
    addresses: () => [{ address: '192.0.2.1', port: 5683 }],
  };
  const clock = { now: () => time.now, after: (delay: number, run: () => void) => time.after(delay, run) };
  board.server = new LwM2mServer({ objects: loadDefaults(), transport, clock, random: seeded(1) });
  await board.server.start();

  // What Espruino has of this: sockets, timers, a clock.
  const socket = {
    sckt: 1,
    on: (name: string, listener: typeof onMessage) => name === 'message' && (onMessage = listener.bind(socket)),
    bind: () => {},
    send: (data: Uint8Array, _offset: number, length: number) => {
      const copy = data.slice(0, length);
      board.sent.push(`${copy[1]! >> 5}.${copy[1]! & 31}`);
      if (!board.lost) time.after(40, () => deliver(copy, DEVICE));
    },
    close: () => {},
  };
  const timers = new Map<number, () => void>();
  let last = 0;
  board.timers = () => timers.size;
  const globals = {
    exports: {} as { connect: (options: ConnectOptions) => Device },
    require: (name: string) => (name === 'dgram' ? { createSocket: () => socket } : undefined),
    E: { toString: (data: Uint8Array) => data, srand: () => {} },
    process: { memory: () => ({ free: Infinity }) },
    Date: { now: () => time.now },
    Uint8Array, Uint16Array, Float32Array, Float64Array,
    setTimeout(callback: (given: unknown) => void, ms: number, given: unknown): number {
      const id = ++last;
      const cancel = time.after(round(ms), () => {
        timers.delete(id);
        board.wakes.push({ at: time.now, why: 'timer' });
        if (board.wakes.length > 1000) throw new Error(`it wakes again and again: ${JSON.stringify(board.wakes.slice(-3))}`);
        callback(given);
      });
      timers.set(id, cancel);
      return id;
    },
    clearTimeout(id: number): void {
      timers.get(id)?.();
      timers.delete(id);
    },
  };
  runInNewContext(code, globals);
  board.connect = (options) =>
    globals.exports.connect({
      endpoint: 'idle',
      server: 'coap://192.0.2.1',
      objects: [createStore(3303, { 5700: 'R float' }, { 0: { 5700: 20 } })],
      ...options,
    } as ConnectOptions);
  return board;
}

const MANNERS = { 'exact timers': (ms: number) => ms, 'timers in whole ms': (ms: number) => Math.max(1, Math.floor(ms)) };

for (const [name, round] of Object.entries(MANNERS)) {
  test(`an idle hour wakes for each renewal of the registration and for nothing else (${name})`, async (t) => {
    const lifetime = 300;
    const board = await createBoard(round);
    const device = board.connect({ lifetime });
    await board.time.pass(60_000);
    t.is(board.server.registry.size, 1);
    board.wakes.length = board.sent.length = 0;
    await board.time.pass(HOUR_MS);
    const renewals = Math.floor(HOUR_MS / 1000 / (lifetime - BEFORE_END_S));
    t.is(board.sent.length, renewals);
    // A timer for each Update, and the datagram that answers it.
    t.is(board.wakes.filter(({ why }) => why === 'timer').length, renewals);
    t.is(board.wakes.filter(({ why }) => why === 'datagram').length, renewals);
    t.is(board.timers(), 1);
    device.stop();
    await board.time.pass(100_000);
    t.is(board.timers(), 0);
    await board.server.stop();
  });

  test(`an idle hour of a registration that lasts a day wakes nobody (${name})`, async (t) => {
    const board = await createBoard(round);
    board.connect({});
    await board.time.pass(60_000);
    t.is(board.server.registry.size, 1);
    board.wakes.length = 0;
    await board.time.pass(HOUR_MS);
    t.deepEqual(board.wakes, []);
    t.is(board.timers(), 1);
    await board.server.stop();
  });

  test(`an observation without pmax wakes nobody, one with pmax wakes when it is due (${name})`, async (t) => {
    const board = await createBoard(round);
    board.connect({});
    await board.time.pass(60_000);
    const asked = board.server.observe('idle', '/3303/0/5700');
    await board.time.pass(1000);
     t.is((await asked).code, 69);
    board.wakes.length = 0;
    await board.time.pass(HOUR_MS);
    t.deepEqual(board.wakes, []);
    const set = board.server.writeAttributes('idle', '/3303/0/5700', { pmax: '600' });
    await board.time.pass(1000);
    t.is((await set).code, 68);
    board.wakes.length = 0;
    await board.time.pass(HOUR_MS);
    t.is(board.wakes.filter(({ why }) => why === 'timer').length, 6);
    t.is(board.wakes.filter(({ why }) => why === 'datagram').length, 6);
    await board.server.stop();
  });

  test(`without an answer it wakes for each retransmission and for nothing else (${name})`, async (t) => {
    const board = await createBoard(round);
    board.lost = true;
    board.connect({});
    await board.time.pass(200_000);
    const { length } = board.wakes.filter(({ why }) => why === 'timer');
    t.true(board.sent.length >= 10);
    // Each Register wakes once more, when its last transmission is given up.
    const most = board.sent.length + Math.ceil(board.sent.length / 5);
    t.true(length <= most, `${length} wake-ups for ${board.sent.length} datagrams`);
    t.is(board.timers(), 1);
  });
}
