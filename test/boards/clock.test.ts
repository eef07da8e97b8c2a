/** When the clock is set, no Update comes later than the lifetime allows, and none is sent needlessly (LwM2M 1.0.2 5.3.2). Virtual time, a board's bundle. */
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { ConnectOptions, Device } from '../../boards/pump';
import { buildCode } from '../engines/support/bundle';
import { VirtualTime } from '../simulated/network';
import { build, parse, pathOptions, seeded, uintOption } from '../support/bench';
import { createStore } from '../support/store';

const SERVER = { address: '192.0.2.1', port: 5683 };
const DAY_MS = 86_400_000;

let code: string;
test.before(async () => {
  // Without Espruino's own way with strings, which Node has not.
  code = await buildCode('linux-espruino', 'boards/linux-espruino', { unicode: true });
});

interface Board {
  time: VirtualTime;
  device: Device;
  /** What the clock is off, ms. */
  offset: number;
  /** True times at which the registration was made or renewed, ms. */
  renewals: number[];
  notifications: number;
  /** Times that a timer or a datagram woke it. */
  wakes: number;
  /** A datagram from an unknown sender. */
  disturb(): void;
}

/** A registered device of `lifetime` seconds whose value 3303/0/5700 is observed, and a server that answers after `delay` ms. */
async function createBoard(lifetime: number, observed: boolean, delay = 40, options: Partial<ConnectOptions> = {}): Promise<Board> {
  const time = new VirtualTime();
  const board = { time, offset: 0, renewals: [], notifications: 0, wakes: 0 } as unknown as Board;
  let onMessage: (data: Uint8Array, from: object) => void = () => {};
  const tell = (message: Parameters<typeof build>[0]) =>
    time.after(delay, () => {
      board.wakes++;
      const data = build(message);
      onMessage(data, { ...SERVER, size: data.length });
    });
  const answer = (data: Uint8Array) => {
    const m = parse(data);
    const path = m.options.filter(({ number }) => number === 11).map(({ value }) => Buffer.from([...value]).toString());
    if (m.type === 2) return;
    if (m.code === 2 && path.length === 1) {
      tell({ type: 2, code: 0x41, mid: m.mid, token: m.token, options: pathOptions('/rd/1', 8) });
      if (observed) tell({ type: 0, code: 1, mid: 7, token: [1], options: [uintOption(6, 0), ...pathOptions('/3303/0/5700')] });
      board.renewals.push(time.now);
    } else if (m.code === 2) {
      board.renewals.push(time.now);
      tell({ type: 2, code: 0x44, mid: m.mid, token: m.token });
    } else if (m.type === 0) {
      board.notifications++;
      tell({ type: 2, mid: m.mid });
    }
  };
  const socket = {
    sckt: 1,
    on: (name: string, listener: typeof onMessage) => name === 'message' && (onMessage = listener.bind(socket)),
    bind: () => {},
    send: (data: Uint8Array, _offset: number, length: number) => {
      const copy = data.slice(0, length);
      time.after(delay, () => answer(copy));
    },
    close: () => {},
  };
  const timers = new Map<number, () => void>();
  let last = 0;
  const globals = {
    exports: {} as { connect: (options: ConnectOptions) => Device },
    require: (name: string) => (name === 'dgram' ? { createSocket: () => socket } : undefined),
    E: { toString: (data: Uint8Array) => data, srand: () => {}, hwRand: () => 12345678 },
    process: { memory: () => ({ free: Infinity }) },
    Date: { now: () => time.now + board.offset },
    Uint8Array, Uint16Array, Float32Array, Float64Array,
    setTimeout(callback: (given: unknown) => void, ms: number, given: unknown): number {
      const id = ++last;
      // No engine is called in no time.
      timers.set(id, time.after(ms || 1, () => {
        timers.delete(id);
        board.wakes++;
        callback(given);
      }));
      return id;
    },
    clearTimeout(id: number): void {
      timers.get(id)?.();
      timers.delete(id);
    },
  };
  runInNewContext(code, globals);
  board.disturb = () => {
    board.wakes++;
    onMessage(Uint8Array.of(0x40, 1, 0, 1), { address: '198.51.100.9', port: 999, size: 4 });
  };
  board.device = globals.exports.connect({
    endpoint: 'clock', servers: [{ uri: 'coap://192.0.2.1', lifetime, pmax: 0 }],
    objects: [createStore(3303, { 5700: 'R float' }, { 0: { 5700: 20 } })], ...options,
  } as ConnectOptions);
  await time.pass(10_000);
  return board;
}

/** The longest time without a renewal, in s, the one that is still open too. */
const longest = ({ renewals, time }: Board) => Math.max(...[...renewals.slice(1), time.now].map((at, k) => at - renewals[k]!)) / 1000;

for (const [title, change] of [['back', -3_600_000], ['forward', 3_600_000], ['back by years', -1e12], ['forward by years, as at the first answer of a time server', 1.7e12]] as const)
  for (const when of [1, 100, 40_000, 86_000])
    for (const busy of [false, true])
      test(`a clock that is set ${title} after ${when} s: a day's registration is renewed in time (${busy ? 'a value that changes' : 'idle'})`, async (t) => {
        const board = await createBoard(86_400, busy);
        t.is(board.renewals.length, 1);
        await board.time.pass(when * 1000);
        board.offset += change;
        const every = 597_000;
        for (let at = 0; at < 2 * DAY_MS; at += every) {
          await board.time.pass(every);
          if (busy) board.device.changed(3303, 0, 5700);
        }
        t.true(longest(board) <= 86_400 - 90, `${longest(board)} s`);
        t.true(board.renewals.length <= 5, `${board.renewals.length} renewals`);
      });

test('a clock that is set at random times by random steps: no Update is late, and there is no storm of them', async (t) => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = seeded(seed);
    const lifetime = seed % 2 ? 3600 : 300;
    const board = await createBoard(lifetime, seed % 3 > 0);
    let steps = 0;
    for (let end = board.time.now + DAY_MS; board.time.now < end; ) {
      await board.time.pass(random() * lifetime * (random() < 0.5 ? 1000 : 20));
      const what = random();
      if (what < 0.2) {
        steps++;
        board.offset += (random() - 0.5) * 10 ** (2 + random() * 7);
      } else if (what < 0.5) board.device.changed(3303, 0, 5700);
      else if (what < 0.8) board.disturb();
    }
    t.true(longest(board) <= lifetime, `seed ${seed}: ${longest(board)} s of ${lifetime}`);
    const needed = DAY_MS / 1000 / (lifetime - 93);
    t.true(board.renewals.length <= needed * 1.5 + steps + 5, `seed ${seed}: ${board.renewals.length} renewals for ${steps} steps where ${needed} are needed`);
  }
});

test('a clock that trembles neither delays nor hastens anything', async (t) => {
  const board = await createBoard(300, true);
  for (let k = 0; k < 3600; k++) {
    board.offset += k % 2 ? -30 : 25;
    await board.time.pass(1000);
    board.device.changed(3303, 0, 5700);
  }
  t.true(longest(board) <= 300 - 90, `${longest(board)} s`);
  t.true(board.renewals.length < 3600 / 200 + 4, `${board.renewals.length} renewals`);
});

test('strangers delay no timer and cost no poll', async (t) => {
  const board = await createBoard(300, false);
  for (let k = 0; k < 36_000; k++) {
    await board.time.pass(100);
    board.disturb();
  }
  t.true(longest(board) <= 300 - 92, `${longest(board)} s`);
  t.true(board.renewals.length < 3600 / 200 + 4);
});

for (const ours of [false, true])
  test(`a flood of ${ours ? "a server's" : "strangers'"} datagrams takes 16 at a time: the rest of the board has its turn, the registration is renewed, and what waits is read to the end`, async (t) => {
    let waiting = 0;
    let mid = 0;
    let run = 0;
    const runs: number[] = [];
    const board = await createBoard(20, false, 40, {
      wrapUdp(udp) {
        const { read } = udp;
        udp.read = function (into) {
          const length = read.call(this, into);
          if (length !== undefined || waiting <= 0) return length;
          waiting--;
          run++;
          // A ping, which is answered with a Reset.
          mid = (mid + 1) & 0xffff;
          into.set([0x40, 0, mid >> 8, mid & 255]);
          this.remoteAddress = ours ? SERVER.address : '198.51.100.9';
          this.remotePort = SERVER.port;
          return 4;
        };
        return udp;
      },
    });
    // Nothing says again that more waits: the pump must come by itself.
    waiting = 200;
    board.disturb();
    for (let k = 0; k < 200 && waiting; k++) {
      run = 0;
      await board.time.pass(1);
      runs.push(run);
    }
    t.is(waiting, 0);
    t.true(Math.max(...runs) <= 32 && runs.length <= 14, runs.join());
    // Without end.
    waiting = Infinity;
    board.disturb();
    await board.time.pass(35_000);
    t.true(longest(board) <= 20, `${longest(board)} s`);
    t.true(board.renewals.length >= 3 && board.renewals.length < 7, `${board.renewals.length} renewals`);
    // And it rests again.
    waiting = 0;
    await board.time.pass(1000);
    board.wakes = 0;
    await board.time.pass(10_000);
    t.true(board.wakes <= 6, `${board.wakes}`);
  });
