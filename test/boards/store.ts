/** What every Store adapter must do, whatever it stands on: the promises of src/device/hal/store.ts, and that no power cut breaks them. */
import test from 'ava';
import { skip } from '../support/skip';

export type Step = ['read', string] | ['write', string, string] | ['delete', string];

/** A device with an adapter's store, which is off between two starts. */
export interface StoreDriver {
  /** Starts it, does the steps, and returns what the reads among them gave. */
  start(steps: Step[]): Promise<(string | undefined)[]>;
  /**
   * Does the steps, and has the power fail in them: at each place where it can, from before the first byte to behind the last. `look` is
   * called for each, with the device as the failure left it. Returns how many places there were.
   */
  cut(steps: Step[], look: (left: StoreDriver) => Promise<void>): Promise<number>;
  end(): Promise<void>;
}

/** All bytes: a string of a store has one in each character. */
const BYTES = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
const LONG = 'coap://[2001:db8::1234]:5683/'.repeat(4);

/** Runs the suite; `open` creates a device with an empty store, or returns why that is impossible here. */
export function storeConformance(name: string, open: () => Promise<StoreDriver | string>, minutes = 2): void {
  const check = (title: string, body: (t: any, device: StoreDriver) => Promise<void>) =>
    test(`${name}: ${title}`, async (t) => {
      const device = await open();
      if (typeof device === 'string') return skip(t, device);
      try {
        await body(t, device);
      } finally {
        await device.end();
      }
    });

  check('what was never written, or is deleted, is undefined', async (t, device) => {
    t.deepEqual(await device.start([['read', 'a'], ['delete', 'a'], ['write', 'a', 'x'], ['delete', 'a'], ['read', 'a']]), [undefined, undefined]);
    t.deepEqual(await device.start([['read', 'a']]), [undefined]);
  });

  check('values outlive a restart, each under its key, bytes of all kinds, the empty one too', async (t, device) => {
    await device.start([['write', 'config', BYTES], ['write', 'fw', ''], ['write', 'A2345678', '"\\\n']]);
    t.deepEqual(await device.start([['read', 'config'], ['read', 'fw'], ['read', 'A2345678'], ['read', 'conf']]), [BYTES, '', '"\\\n', undefined]);
  });

  check('the last of many changes counts, and the other keys stay', async (t, device) => {
    const steps: Step[] = [['write', 'other', 'stays']];
    for (let i = 0; i < 60; i++) steps.push(['write', 'count', `${LONG}${i}`]);
    await device.start(steps);
    t.deepEqual(await device.start([['read', 'count'], ['read', 'other']]), [LONG + 59, 'stays']);
  });

  const changes: Record<string, { before: Step[]; step: Step; after: string | undefined }> = {
    'the first write': { before: [], step: ['write', 'config', LONG], after: LONG },
    'a write over another': { before: [['write', 'config', 'old'], ['write', 'fw', '1']], step: ['write', 'config', LONG], after: LONG },
    'a delete': { before: [['write', 'config', 'old'], ['write', 'fw', '1']], step: ['delete', 'config'], after: undefined },
    // As long as what adapters keep in one place, whatever that is: one of these is where they begin another.
    ...Object.fromEntries(
      [5, 6, 7].map((n) => [
        `write ${n + 1} of a long value`,
        {
          before: [['write', 'fw', '1'], ...Array.from({ length: n }, (_, i) => ['write', 'config', LONG + i] as Step)] as Step[],
          step: ['write', 'config', LONG] as Step,
          after: LONG,
        },
      ]),
    ),
  };
  for (const [title, { before, step, after }] of Object.entries(changes))
    check(`a power cut anywhere in ${title}: the value is the old or the new, other keys stay, and it takes another`, async (t, device) => {
      const asked: Step[] = [['read', 'config'], ['read', 'fw']];
      if (before.length) await device.start(before);
      const [old, other] = await device.start(asked);
      let changed = 0;
      const places = await device.cut([step], async (left) => {
        const [value, others] = await left.start(asked);
        if (value === after && after !== old) changed++;
        else t.is(value, old);
        t.is(others, other);
        t.deepEqual(await left.start([['write', 'config', 'next'], ...asked]), ['next', other]);
      });
      t.true(places > 1);
      t.true(changed > 0, 'it never got as far as the new value');
      t.true(changed < places, 'no cut came before the new value was there');
    });
}
