/** Node: the library, and `connect` on Node's adapters. */
import { performance } from 'perf_hooks';
import { openUdp } from '../adapters/udp-node';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

const now = () => performance.now();

/** Connects a client to its server and keeps it there until `stop`. Throws a string for a server URI that is none. */
export function connect(options: ConnectOptions): Device {
  return run(options, openUdp, now, Math.random);
}
