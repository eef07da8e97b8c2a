/** The bundle of boards/mquickjs, as byte code in a heap of fixed size, registers with our server and is managed. */
import test, { type ExecutionContext } from 'ava';
import type { HeapBytes } from '../../src/host/build/ledger';
import { onEngine, withoutEngine } from '../support/engine';
import { checkHeap, heapLimit, UPDATES } from './support/ledger';
import { live, measureSession, type Usage } from './support/live';
import { buildDevice, findMquickjs, startFirmware } from './support/mquickjs';
import type { Native } from './support/native';

const BOARD = 'mquickjs';
const AIM = 32 * 1024;
/** Two numbers that are no whole ones, as times are now and then, and whole ones take none. */
const NUMBERS = 24;

/** A device's life in a heap of that many bytes. */
async function liveIn(t: ExecutionContext<any>, engine: Native, heap: number): Promise<Usage & { flash: number }> {
  let flash = 0;
  const usage = await live(t, { board: BOARD, long: 900 }, async (settings) => {
    const started = await startFirmware(engine, await buildDevice(settings), { heap });
    flash = started.flash;
    return started.firmware;
  }, (session, firmware) => measureSession(t, session, firmware));
  const { before, after1000 } = usage as Usage;
  t.true(after1000 <= before + NUMBERS, `${before} bytes before and ${after1000} after 1,000 requests`);
  return { ...(usage as Usage), flash };
}

/** The smallest heap, to 64 bytes, in which all of that is possible. */
async function findSmallest(t: ExecutionContext<any>, engine: Native, from: number): Promise<number> {
  let [low, high] = [from, AIM];
  while (high - low > 64) {
    const heap = (low + high) >> 7 << 6;
    const attempt = await t.try(async (tt) => void (await liveIn(tt, engine, heap)));
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
  const { flash, loaded, registered, after1000 } = await liveIn(t, engine, heap);
  const smallest = UPDATES ? await findSmallest(t, engine, after1000) : undefined;
  t.log(`measured: in a heap of ${smallest ?? heap} bytes: ${loaded} in use when loaded, ${registered} registered, ${after1000} after 1,000 requests; ${flash} of flash`);
  t.is(checkHeap(BOARD, { loaded, registered, after1000, ...(smallest && { smallest }) } as HeapBytes), undefined);
});
