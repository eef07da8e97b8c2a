/** What every live test does: a board's device registers with our server, is managed, answers 1,000 requests, leaves; its memory before and after. */
import type { ExecutionContext } from 'ava';
import { readBoard } from '../../../src/host/build/boards';
import type { Server } from '../../../src/host/server/index';
import type { Settings } from '../live/device';
import { transferBlocks } from './operations';
import { manage, mix, startServer, type SessionOptions, type Told } from './session';

/** A device that runs, on whatever engine. */
export interface LiveDevice extends Told {
  /** What went wrong by its own account. */
  readonly complaints: string[];
  /** Ends it; nothing happens when it has ended. */
  stop(): Promise<void>;
}

/** One that can tell what is in use, in the units of its engine: "loaded", "registered", or "now" after an Execute of /3303/0/5605. */
export interface MeasuredDevice extends LiveDevice {
  usage(when: string, since?: number): Promise<number>;
}

/** What is in use, in the units of the engine. */
export interface Usage {
  loaded: number;
  created: number;
  registered: number;
  /** After the management session and 30 more requests: what a server has written is there. */
  managed: number;
  /** After 1,005 more, or as many as there was time for. */
  after1000: number;
  /** After 100 transfers in blocks, or as many as there was time for. */
  after100blocks: number;
}

/** What is asked of the device named `name`, by which server, and what of it its board has switched on. */
export interface Session extends SessionOptions {
  server: Server;
  name: string;
}

const CHANGED = 68;
/** Requests in whole rounds of all kinds, so that what a server has set is as it was. */
export const ROUNDS = 1005;
/** So many readings: on most engines a number that is no small whole one takes room of its own, and the least of some readings is what stays in use. */
const READINGS = 6;

/**
 * Runs a device from its registration to its de-registration, without a complaint. `start` makes it, or says why it cannot; `work` is done
 * while it is registered. `board`: a board's name or folder; `long` as for `manage`. Returns what `work` returns, or why there was no device.
 */
export async function live<D extends LiveDevice, R extends object>(
  t: ExecutionContext<any>,
  { board, long }: { board: string; long: number },
  start: (settings: Settings) => Promise<D | string>,
  work: (session: Session, device: D) => Promise<R>,
): Promise<R | string> {
  const { name, features } = (await readBoard(board)).board;
  const { server, uri } = await startServer();
  let device: D | string | undefined;
  try {
    const left = new Promise<string>((resolve) => server.events.once('deregistration', (_, reason) => resolve(reason)));
    device = await start({ endpoint: name, server: uri, lifetime: 300 });
    if (typeof device === 'string') return device;
    await device.event('registered');
    const result = await work({ server, name, long, features }, device);
    t.is((await server.execute(name, '/3/0/5')).code, CHANGED);
    t.is(await left, 'deregistered');
    await device.event('deregistered');
    t.deepEqual(device.complaints, []);
    return result;
  } finally {
    if (typeof device === 'object') await device.stop();
    await server.stop();
  }
}

/** The management session, then `count` requests. */
export async function manageAndMix(t: ExecutionContext<any>, session: Session, device: Told, count = ROUNDS): Promise<void> {
  await manage(t, session.server, device, session.name, session);
  await mix(t, session.server, session.name, count, session.features);
}

/** The same, and what is in use meanwhile. The counts: of requests and transfers, where there is no time for all. */
export async function measureSession(
  t: ExecutionContext<any>,
  session: Session,
  device: MeasuredDevice,
  { requests, transfers } = { requests: ROUNDS, transfers: 100 },
): Promise<Usage> {
  const { server, name } = session;
  const loaded = await device.usage('loaded');
  const created = await device.usage('created');
  const registered = await device.usage('registered');
  const measure = async () => {
    let least = Infinity;
    for (let i = 0; i < READINGS; i++) {
      const mark = device.mark();
      t.is((await server.execute(name, '/3303/0/5605')).code, CHANGED);
      least = Math.min(least, await device.usage('now', mark));
    }
    return least;
  };
  await manageAndMix(t, session, device, 30);
  const managed = await measure();
  await mix(t, server, name, requests, session.features);
  const after1000 = await measure();
  await transferBlocks(session, transfers / 2);
  return { loaded, created, registered, managed, after1000, after100blocks: await measure() };
}

/** The smallest heap in bytes, to 64, in which `run` passes: above `low`, `high` at most. */
export async function findSmallest(t: ExecutionContext<any>, low: number, high: number, run: (t: ExecutionContext<any>, heap: number) => Promise<unknown>): Promise<number> {
  while (high - low > 64) {
    const heap = ((low + high) >> 7) << 6;
    const attempt = await t.try(async (tt) => void (await run(tt, heap)));
    attempt.discard();
    if (attempt.passed) high = heap;
    else low = heap;
  }
  return high;
}
