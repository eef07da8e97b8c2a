/** The bundle of boards/moddable, as modules on XS with ECMA-419's UDP class, registers with our server and is managed. */
import test, { type ExecutionContext } from 'ava';
import { onEngine, withoutEngine } from '../support/engine';
import { checkHeap, heapLimit, UPDATES } from './support/ledger';
import { findSmallest, live, measureSession, type Usage } from './support/live';
import type { Native } from './support/native';
import { buildDevice, findXs, STACK, startXs } from './support/xs';

const BOARD = 'moddable';
/** More than it takes; what an ESP32 has to give. */
const ROOM = 128 * 1024;
/** Two slots: a number may have a slot of its own at one time and none at another. */
const SLOTS = 32;

/** A device's life in a heap of that many bytes, the stack in it; and how many slots of that were used at the deepest. */
async function liveIn(t: ExecutionContext<any>, engine: Native, heap: number): Promise<Usage & { stack: number }> {
  const usage = await live(t, { board: BOARD, long: 900 }, async (settings) => startXs(engine, await buildDevice(settings), { heap }), async (session, firmware) => {
    const measured = await measureSession(t, session, firmware);
    return { ...measured, stack: await firmware.usage('stack', firmware.output.lastIndexOf('# stack')) };
  });
  const { managed, after1000, after100blocks } = usage as Usage;
  t.true(after1000 <= managed + SLOTS, `${managed} bytes before and ${after1000} after 1,000 requests`);
  t.true(after100blocks <= managed + SLOTS, `${managed} bytes before and ${after100blocks} after 100 transfers in blocks`);
  return usage as Usage & { stack: number };
}

test.serial('moddable: registers, is managed, needs no more heap after 1,000 requests, de-registers, in the heap of size.json', async (t) => {
  const engine = await findXs();
  if (typeof engine === 'string') return withoutEngine(t, 'xs', engine);
  onEngine(t, 'xs', engine.version);
  const { stack, ...usage } = await liveIn(t, engine, UPDATES ? ROOM : heapLimit(BOARD, ROOM));
  const { loaded, registered, after1000 } = usage;
  const smallest = UPDATES ? await findSmallest(t, after1000, ROOM, (tt, heap) => liveIn(tt, engine, heap)) : undefined;
  t.log(`measured: ${loaded} bytes of heap when loaded, ${registered} registered, ${after1000} after 1,000 requests; ${stack} of ${STACK} slots of stack`);
  t.is(checkHeap(BOARD, { ...usage, ...(smallest && { smallest }) }), undefined);
});
