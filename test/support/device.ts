/** A registered client with the world of objects, ready to be talked to. */
import type { ClientOptions } from '../../src/device/index';
import { createBench, type Bench } from './bench';
import { loadCore } from './core';
import { Dialogue } from './dialogue';
import { slotsOf, type Slots } from './slots';
import { createWorld, type World } from './world';

export const under = await loadCore();

export interface Device {
  world: World;
  bench: Bench;
  dialogue: Dialogue;
  slots(): Slots;
}

/** `registered` false: it was only made. */
export function createDevice(options: Partial<ClientOptions> = {}, registered = true, world = createWorld()): Device {
  const bench = createBench(under, options.objects ?? world.objects, options);
  if (registered) bench.register();
  bench.out.length = 0;
  return { world, bench, dialogue: new Dialogue(bench), slots: () => slotsOf(bench.client, under, bench.now) };
}
