/** Settings of a single device, which survive restarts: `wixt provision` writes them. */
import { read } from 'wixt/store';
import type { ConnectOptions } from './pump';

/** The store's key of the settings, which are JSON. */
export const CONFIG_KEY = 'config';

/** The settings that a store may have; all others come from the program. `lifetime` is in seconds. */
export type Config = Partial<Pick<ConnectOptions, 'endpoint' | 'server' | 'lifetime'>> & {
  /** Identity of the pre-shared key (LwM2M 1.0.2 E.1, resource 3). */
  identity?: string;
  /** The pre-shared key in hexadecimal (E.1, resource 5). There is no DTLS yet: `configure` throws if a key is stored. */
  key?: string;
};

/**
 * Replaces options of the program by the settings in the device's store: `connect(configure({ endpoint: 'meter', server: 'coap://…', objects }))`.
 * Changes and returns the options. Throws if the store cannot be read, and throws a string if it has a key: this version has no DTLS, and
 * nothing is sent without the requested security.
 */
export function configure(options: ConnectOptions): ConnectOptions {
  const found = JSON.parse(read(CONFIG_KEY) || '{}');
  if (found.key) throw 'wixt: a key is stored, and this program has no DTLS';
  for (const name in found) (options as any)[name] = found[name];
  return options;
}
