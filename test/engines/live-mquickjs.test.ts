/** The bundle of boards/mquickjs, as byte code in a heap of fixed size, registers with our server and is managed. */
import test, { type ExecutionContext } from 'ava';
import { readBoard } from '../../src/host/build/boards';
import type { HeapBytes } from '../../src/host/build/ledger';
import { onEngine, withoutEngine } from '../support/engine';
import { checkHeap, heapLimit, UPDATES } from './support/ledger';
import { buildDevice, findMquickjs, startFirmware } from './support/mquickjs';
import type { Native } from './support/native';
import { manage, mix, startServer } from './support/session';

const BOARD = 'mquickjs';
const AIM = 32 * 1024;
/** Two numbers that are no whole ones, as times are now and then, and whole ones take none. */
const NUMBERS = 24;

type Figures = Omit<HeapBytes, 'smallest'>;

/** A device's life in a heap of that many bytes: registers, is managed, 1,000 requests, leaves. */
async function live(t: ExecutionContext<any>, engine: Native, heap: number): Promise<Figures & { flash: number }> {
  const { server, uri } = await startServer();
  const { features } = (await readBoard(BOARD)).board;
  const script = await buildDevice({ endpoint: BOARD, server: uri, lifetime: 300 });
  const { firmware, flash } = await startFirmware(engine, script, { heap });
  try {
    const left = new Promise<string>((resolve) => server.events.once('deregistration', (_, reason) => resolve(reason)));
    await firmware.event('registered');
    const loaded = await firmware.usage('loaded');
    const registered = await firmware.usage('registered');
    await manage(t, server, firmware, BOARD, { long: 900, features });
    // A measure that is no whole number takes room of its own: the least of some readings is what stays in use.
    const measure = async () => {
      let least = Infinity;
      for (let i = 0; i < 4; i++) {
        const mark = firmware.mark();
        t.is((await server.execute(BOARD, '/3303/0/5605')).code, 68);
        least = Math.min(least, await firmware.usage('now', mark));
      }
      return least;
    };
    await mix(t, server, BOARD, 30, features);
    const before = await measure();
    await mix(t, server, BOARD, 1005, features);
    const after1000 = await measure();
    t.true(after1000 <= before + NUMBERS, `${before} bytes before and ${after1000} after 1,000 requests`);
    t.is((await server.execute(BOARD, '/3/0/5')).code, 68);
    t.is(await left, 'deregistered');
    await firmware.event('deregistered');
    t.deepEqual(firmware.complaints, []);
    return { loaded, registered, after1000, flash };
  } finally {
    await firmware.stop();
    await server.stop();
  }
}

/** The smallest heap, to 64 bytes, in which all of that is possible. */
async function findSmallest(t: ExecutionContext<any>, engine: Native, from: number): Promise<number> {
  let [low, high] = [from, AIM];
  while (high - low > 64) {
    const heap = (low + high) >> 7 << 6;
    const attempt = await t.try(async (tt) => void (await live(tt, engine, heap)));
    attempt.discard();
    if (attempt.passed) high = heap;
    else low = heap;
  }
  return high;
}

test.serial('mquickjs: registers, is managed, needs no more heap after 1,000 requests, de-registers, in the heap of size.json', async (t) => {
  t.timeout(900_000);
  const engine = await findMquickjs();
  if (typeof engine === 'string') return withoutEngine(t, BOARD, engine);
  onEngine(t, BOARD, engine.version);
  const heap = UPDATES ? AIM : heapLimit(BOARD, AIM);
  t.true(heap <= AIM);
  const { flash, ...figures } = await live(t, engine, heap);
  const smallest = UPDATES ? await findSmallest(t, engine, figures.after1000) : undefined;
  const { loaded, registered, after1000 } = figures;
  t.log(`measured: in a heap of ${smallest ?? heap} bytes: ${loaded} in use when loaded, ${registered} registered, ${after1000} after 1,000 requests; ${flash} of flash`);
  t.is(checkHeap(BOARD, { ...figures, ...(smallest && { smallest }) } as HeapBytes), undefined);
});
