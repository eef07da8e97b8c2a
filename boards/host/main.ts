/** Node: the library, and `connect` on Node's adapters. */
import { performance } from 'perf_hooks';
import { openUdp } from '../adapters/udp-node';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

const now = () => performance.now();

/**
 * Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI.
 *
 * @example
 * ```ts
 * const board = connect({ endpoint: 'kitchen-1', server: 'coap://192.168.1.2', lifetime: 300, objects: [self, thermometer] });
 * measure(board, thermometer, 0, 21.5);
 * board.stop();
 * ```
 */
export function connect(options: ConnectOptions): Device {
  return run(options, openUdp, now, Math.random);
}
