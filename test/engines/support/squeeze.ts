/** How much memory an operation needs: something else takes all but so much, and the least with which it is done is sought. */
import { setTimeout as wait } from 'node:timers/promises';
import { readBoard } from '../../../src/host/build/boards';
import type { OperationName } from '../../../src/host/build/ledger';
import type { Settings } from '../live/device';
import type { LiveDevice, Session } from './live';
import { OPERATIONS, type Operation } from './operations';
import { startServer } from './session';

/** A device whose memory can be taken away while it runs. Memory is counted in the units of its engine. */
export interface Squeezable extends LiveDevice {
  /** Lets no more than so much be in use, what is in use already counted; returns that. */
  squeeze(limit: number): Promise<number>;
  /** Gives all of it back. */
  relieve(): Promise<void>;
  /** Resolves at its first new complaint. */
  complaint(): Promise<unknown>;
}

/** Makes the device; with `limit`, it is squeezed before its program starts, and cannot be later. */
export type Starter = (settings: Settings, limit?: number) => Promise<Squeezable | string>;

export interface SqueezeOptions {
  board: string;
  /** Bytes of what goes in blocks. */
  long: number;
  start: Starter;
}

/** How long an operation may take, ms. A device without memory says so, or says nothing: a search meets that often. */
const PATIENCE_MS = 5000;
/** Where it has the memory that it needs, and a busy machine is the only excuse. */
const LONG_PATIENCE_MS = 60000;
/** No limit. */
const ALL = 1e9;

class Trials {
  /** In use when it has registered. */
  fresh = 0;
  readonly #options: SqueezeOptions;
  #session?: Session;
  #device?: Squeezable;

  readonly #patience: number;

  constructor(options: SqueezeOptions, patience = PATIENCE_MS) {
    this.#options = options;
    this.#patience = patience;
  }

  /** Makes a device that is registered. Returns the reason when that failed, which is lack of memory. */
  async open(limit?: number): Promise<string | undefined> {
    const { board, long, start } = this.#options;
    const { name, features } = (await readBoard(board)).board;
    const { server, uri } = await startServer();
    this.#session = { server, name, long, features };
    const registered = new Promise((resolve) => server.events.once('registration', resolve));
    const device = await start({ endpoint: name, server: uri, lifetime: 300 }, limit);
    if (typeof device === 'string') {
      await server.stop();
      return device;
    }
    this.#device = device;
    if (limit !== undefined) {
      await Promise.race([registered, device.complaint(), wait(this.#patience, undefined, { ref: false })]);
      await wait(60);
      return server.registry.size && !device.complaints.length ? undefined : 'no memory';
    }
    await device.event('registered');
    // What was asked before the first time is over.
    await server.read(name, '/3/0/0');
    this.fresh = await device.squeeze(ALL);
    await device.relieve();
    return undefined;
  }

  async close(): Promise<void> {
    await this.#device?.stop();
    this.#device = undefined;
    await this.#session?.server.stop();
  }

  /** Whether it is done while no more than so much is in use. */
  async attempt(operation: Operation, limit: number): Promise<boolean> {
    if (!this.#device) {
      const missing = await this.open();
      if (missing) throw new Error(missing);
    }
    const [session, device] = [this.#session!, this.#device!];
    await operation.before?.(session);
    // There may be less than what is in use already.
    const squeezed = await device.squeeze(limit).catch(() => undefined);
    const before = device.complaints.length;
    const failed = device.complaint().then(() => false);
    const done = squeezed !== undefined && await Promise.race([operation.run(session).catch(() => false), failed, wait(this.#patience, false, { ref: false })]);
    // What it still does behind the answer belongs to it.
    if (done) await Promise.race([wait(60), failed]);
    if (!done || device.complaints.length > before) {
      await this.close();
      return false;
    }
    // Where even that takes more than there is, another device goes on.
    if (await device.relieve().then(() => true, () => false)) await operation.after?.(session);
    else await this.close();
    return true;
  }
}

/** The least for which `works`, to `step`. */
async function findLeast([low, high]: [number, number], step: number, works: (limit: number) => Promise<boolean>): Promise<number> {
  while (high - low > step) {
    const middle = Math.round((low + high) / 2);
    if (await works(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What is in use at the peak of each operation, and until the program has registered, above what is in use when it has. */
export type Peaks = Record<OperationName | 'start', number>;

/** Finds them, to `step`; they are less than `most`. A sentence when there is no device. */
export async function findPeaks(options: SqueezeOptions, most: number, step: number): Promise<Peaks | string> {
  const trials = new Trials(options);
  const missing = await trials.open();
  if (missing) return missing;
  const { fresh } = trials;
  const peaks = {} as Peaks;
  try {
    for (const operation of OPERATIONS) {
      peaks[operation.name] = (await findLeast([fresh, fresh + most], step, (limit) => trials.attempt(operation, limit))) - fresh;
      if (peaks[operation.name] === most) throw new Error(`${options.board}: ${operation.name} needs more than ${most}, or is never done`);
    }
    await trials.close();
    const start = await findLeast([0, fresh + most], step, async (limit) => {
      const failed = await trials.open(limit);
      await trials.close();
      return !failed;
    });
    return { ...peaks, start: start - fresh };
  } finally {
    await trials.close();
  }
}

/** Does every operation while no more is in use than `above` what is when it has registered. Returns those that failed; a sentence when there is no device. */
export async function holdPeak(options: SqueezeOptions, above: number): Promise<(keyof Peaks)[] | string> {
  const trials = new Trials(options, LONG_PATIENCE_MS);
  const missing = await trials.open();
  if (missing) return missing;
  try {
    const failed: (keyof Peaks)[] = [];
    for (const operation of OPERATIONS) if (!(await trials.attempt(operation, trials.fresh + above))) failed.push(operation.name);
    await trials.close();
    if (await trials.open(trials.fresh + above)) failed.push('start');
    return failed;
  } finally {
    await trials.close();
  }
}
