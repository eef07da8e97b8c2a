/** What differs between devices with the same program, and stays with each over restarts: `wixt provision` writes it. */
import { read } from 'wixt/store';
import type { ConnectOptions } from './pump';

/** The key under which a store has the settings, as JSON. */
export const CONFIG_KEY = 'config';

/** The settings that a store may have; all others are the program's. `lifetime` is in seconds. */
export type Config = Partial<Pick<ConnectOptions, 'endpoint' | 'server' | 'lifetime'>> & {
  /** Identity of the pre-shared key (LwM2M 1.0.2 E.1, resource 3). */
  identity?: string;
  /** The pre-shared key in hexadecimal (E.1, resource 5). There is no DTLS yet: `configure` throws where a key is stored. */
  key?: string;
};

/**
 * What the device's store says in place of what the program says: `connect(configure({ endpoint: 'meter', server: 'coap://…', objects }))`.
 * Changes the options, and returns them. Throws where the store cannot be read, and a string
 * where it has a key: there is no DTLS in this version, and nothing is sent without the security that was asked for.
 */
export function configure(options: ConnectOptions): ConnectOptions {
  const found = JSON.parse(read(CONFIG_KEY) || '{}');
  if (found.key) throw 'wixt: a key is stored, and this program has no DTLS';
  for (const name in found) (options as any)[name] = found[name];
  return options;
}
