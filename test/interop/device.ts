/** Our device as a process, driven over standard input and output in JSON lines. */
import { LineProcess, root } from './process';
import { until } from './runner';
import { wixt } from './wixt';
import type { Value } from '../../src/device/index';

export interface DeviceEvent {
  event: string;
  path?: string;
  arguments?: Record<string, string | null>;
  /** A CoAP code: a number from probe.ts, "4.04" from `wixt sim`. */
  code?: number | string | null;
  ssid?: number;
  bytes?: number;
  sha256?: string;
}

export class Device {
  constructor(readonly process: LineProcess) {}

  get events(): DeviceEvent[] {
    return this.process.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as DeviceEvent);
  }

  /** The number of the next event. */
  mark(): number {
    return this.events.length;
  }

  /** The first event named `name` from number `since` on that `test` likes. */
  async event(name: string, since = 0, test: (event: DeviceEvent) => boolean = () => true, ms = 10_000): Promise<DeviceEvent> {
    return until(`the device's event "${name}"`, () => {
      const found = this.events.slice(since).find((e) => e.event === name && test(e));
      if (!found && this.process.exit !== undefined) throw new Error(`the device ended (${this.process.exit}): ${this.process.errors.slice(-1500)}`);
      return found;
    }, ms);
  }

  /** The application sets a value. */
  set(path: string, value: Value): void {
    this.process.say(JSON.stringify({ command: 'write', path, value }));
  }

  update(): void {
    this.process.say(JSON.stringify({ command: 'update' }));
  }

  /** De-registers and ends. Returns the exit code. */
  async stop(): Promise<number | string> {
    if (this.process.exit === undefined) this.process.child.kill('SIGTERM');
    return this.process.ended();
  }
}

export interface DeviceOptions {
  lifetime?: number;
  block?: number;
  sms?: string;
}

/** Starts the simulated board: the bundle of the board `host`, by the command `wixt sim`; `app`: another program on it. */
export function startSim(server: string, endpoint: string, options: Pick<DeviceOptions, 'lifetime'> & { app?: string } = {}): Device {
  const more = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return new Device(new LineProcess(endpoint, process.execPath, [...wixt, 'sim', '--server', server, '--endpoint', endpoint, ...more, '--json']));
}

/** Starts the test device (probe.ts) from the sources. */
export function startProbe(server: string, endpoint: string, options: DeviceOptions = {}): Device {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return new Device(new LineProcess(endpoint, process.execPath, ['--import', 'tsx', `${root}test/interop/probe.ts`, '--server', server, '--endpoint', endpoint, ...args]));
}
