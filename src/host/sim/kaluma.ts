/**
 * Kaluma's network device and timers on Node, call for call as in its sources (kaluma-project/kaluma, commit 10ae3fc: module_pico_cyw43.c, global.c,
 * io.c), faults included. The adapter is tested on it, and `wixt sim` runs it.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import type { Surroundings } from './surroundings';

const SOCKETS = 16;
/** The second argument of `read_cb` on a device: garbage from the stack. */
const GARBAGE = Object.freeze({ garbage: true });

interface Record {
  fd: number;
  ptcl: string;
  state: number;
  laddr: string;
  lport: number;
  raddr: string;
  rport: number;
  read_cb?: unknown;
  close_cb?: unknown;
}

type Callback = (errno: number) => void;

/** Like JERRYXX_CHECK_ARG_…: an argument marked `?` may be absent, but not of another type. */
function check(given: unknown[], ...kinds: string[]): void {
  kinds.forEach((kind, i) => {
    const type = kind.replace('?', '');
    if (kind.endsWith('?') && given.length <= i) return;
    if (typeof given[i] !== type) throw new TypeError(`argument ${i} must be a ${type}`);
  });
}

/** Waits for a name server's answer. The whole program is blocked meanwhile, as on the board. */
function lookUp(host: string): string | undefined {
  if (isIPv4(host)) return host;
  const code = 'require("dns").lookup(process.argv[1],4,(e,a)=>process.stdout.write(e?"":a))';
  return execFileSync(process.execPath, ['-e', code, host], { encoding: 'utf8' }) || undefined;
}

/** lwIP sends at once; Node sends a moment later. */
function end(socket: Socket | undefined): void {
  if (socket) setTimeout(() => socket.close(), 20);
}

/** `global.__netdev`. */
export class KalumaNetwork {
  errno = 0;
  ip = '127.0.0.1';
  mac = '00:00:00:00:00:00';
  /** Whether the radio is connected. */
  online = true;
  readonly #open: ({ record: Record; socket?: Socket } | undefined)[] = new Array(SOCKETS).fill(undefined);

  socket(...given: [string, string]): number {
    check(given, 'string', 'string');
    if (given[1] !== 'DGRAM') throw new TypeError('un-supported domain or protocol.');
    if (!this.online) throw new Error('WiFi is not connected.');
    const fd = this.#open.indexOf(undefined);
    if (fd < 0) throw new Error('EREMOTEIO');
    this.#open[fd] = { record: { fd, ptcl: 'DGRAM', state: 0, laddr: this.ip, lport: 0, raddr: '0.0.0.0', rport: 0 } };
    return fd;
  }

  get(...given: [number]): Record | undefined {
    check(given, 'number');
    return this.#open[given[0]]?.record;
  }

  connect(...given: [number, string, number, Callback?]): void {
    check(given, 'number', 'string', 'number', 'function?');
    const [fd, host, port, callback] = given;
    const one = this.#open[fd];
    this.errno = -1;
    if (one && one.record.state === 0) {
      const address = lookUp(host);
      if (!address) throw new Error('DNS Error: IP is not found.');
      Object.assign(one.record, { raddr: address, rport: port & 65535, state: 2 });
      one.socket = this.#connected(one.record);
      this.errno = 0;
    }
    callback?.(this.errno);
  }

  #connected(record: Record): Socket {
    const socket = createSocket('udp4');
    socket.on('error', () => {});
    socket.on('message', (data, from) => {
      // lwIP delivers to a connected socket only datagrams of its peer; Kaluma drops empty ones.
      if (!data.length || from.address !== record.raddr || from.port !== record.rport || this.#open[record.fd]?.record !== record) return;
      if (typeof record.read_cb === 'function') record.read_cb.call(undefined, new Uint8Array(data), GARBAGE);
    });
    socket.bind(0);
    return socket;
  }

  write(...given: [number, string, Callback?]): void {
    check(given, 'number', 'string', 'function?');
    const [fd, data, callback] = given;
    const one = this.#open[fd];
    this.errno = one?.record.state === 2 ? 0 : -1;
    if (one?.record.state === 2) {
      // Anything but a byte becomes 0.
      const bytes = Buffer.from(Array.from(data, (_, i) => (data.charCodeAt(i) < 256 ? data.charCodeAt(i) : 0)));
      const { raddr, rport } = one.record;
      if (this.online && rport) one.socket!.send(bytes, rport, raddr, () => {});
    }
    callback?.(this.errno);
  }

  close(...given: [number, Callback?]): void {
    check(given, 'number', 'function?');
    const one = this.#open[given[0]];
    this.#open[given[0]] = undefined;
    end(one?.socket);
    this.errno = 0;
    if (typeof one?.record.close_cb === 'function') one.record.close_cb.call(undefined);
    given[1]?.(0);
  }

  /** Resets the radio: removes all sockets without a callback. */
  reset(): void {
    this.#open.forEach((one, fd) => {
      this.#open[fd] = undefined;
      end(one?.socket);
    });
  }
}

/** Timers that pass no arguments; ids start at 0. */
export function kalumaTimers() {
  const timers: { timer?: NodeJS.Timeout; calling: boolean }[] = [];
  const set = (repeat: boolean) =>
    function (...given: [() => void, number]): number {
      check(given, 'function', 'number');
      const one: (typeof timers)[number] = { calling: false };
      const id = timers.push(one) - 1;
      const ring = () => {
        one.calling = true;
        given[0].call(undefined);
        one.calling = false;
        if (!repeat) one.timer = undefined;
      };
      one.timer = repeat ? setInterval(ring, given[1]) : setTimeout(ring, given[1]);
      return id;
    };
  const clear = (...given: [number]) => {
    check(given, 'number');
    const one = timers[given[0]];
    if (!one?.timer) return;
    // set_timer_cb frees it a second time when the callback returns.
    if (one.calling) throw new Error('a timer was cleared while it was called: Kaluma frees it twice');
    clearTimeout(one.timer);
    one.timer = undefined;
  };
  return { setTimeout: set(false), setInterval: set(true), clearTimeout: clear, clearInterval: clear };
}

/** Kaluma on a Pico W with a network, as far as a bundle needs it. */
export function emulateKaluma(): Surroundings {
  const kept = new Map<string, string>();
  const modules: { [name: string]: object } = {
    rp2: { randomBigInt: () => BigInt('0x' + randomBytes(16).toString('hex')) },
    wifi: {
      WiFi: class {
        on(): void {}
        connect(...given: unknown[]): void {
          (given.pop() as (error: null) => void)(null);
        }
      },
    },
  };
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const globals = { ...kalumaTimers(), __netdev: new KalumaNetwork(), storage, print: console.error, board: { name: 'pico-w' } };
  return { globals, modules };
}
