/** The bundle of boards/mquickjs, as byte code in a heap of fixed size, registers with our server and is managed. */
import test, { type ExecutionContext } from 'ava';
import { onEngine, withoutEngine } from '../support/engine';
import { checkHeap, heapLimit, UPDATES } from './support/ledger';
import { findSmallest, live, measureSession, type Usage } from './support/live';
import { buildDevice, findMquickjs, mquickjsStarter, startFirmware } from './support/mquickjs';
import type { Native } from './support/native';
import { measurePeaks } from './support/peaks';

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
  const { managed, after1000, after100blocks } = usage as Usage;
  t.true(after1000 <= managed + NUMBERS, `${managed} bytes before and ${after1000} after 1,000 requests`);
  t.true(after100blocks <= managed + NUMBERS, `${managed} bytes before and ${after100blocks} after 100 transfers in blocks`);
  return { ...(usage as Usage), flash };
}

test.serial('mquickjs: registers, is managed, needs no more heap after 1,000 requests, de-registers, in the heap of size.json', async (t) => {
  const engine = await findMquickjs();
  if (typeof engine === 'string') return withoutEngine(t, BOARD, engine);
  onEngine(t, BOARD, engine.version);
  const heap = UPDATES ? AIM : heapLimit(BOARD, AIM);
  t.true(heap <= AIM);
  const { flash, ...usage } = await liveIn(t, engine, heap);
  const { loaded, created, registered, managed, after1000, after100blocks } = usage;
  const smallest = UPDATES ? await findSmallest(t, after1000, AIM, (tt, size) => liveIn(tt, engine, size)) : undefined;
  t.log(
    `measured: in a heap of ${smallest ?? heap} bytes: ${loaded} in use when loaded, ${created} created, ${registered} registered, ${managed} before and ${after1000} after 1,000 ` +
      `requests, ${after100blocks} after 100 transfers in blocks; ${flash} of flash`,
  );
  const found = await measurePeaks(t, { board: BOARD, long: 900, start: mquickjsStarter(engine), what: 'heap', total: AIM, step: 32 }, registered);
  t.is(checkHeap(BOARD, { ...usage, ...found, ...(smallest && { smallest }) }), undefined);
});
