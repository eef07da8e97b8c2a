/** Espruino on RAK8212: the library, and `connect` through the board's own modem. */
import { openUdp } from '../adapters/udp-bg96';
import type { Modem } from '../adapters/udp-bg96';
import { random } from '../adapters/random-espruino';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';
export type { Modem } from '../adapters/udp-bg96';

/** Options of `connect`, with access point name and other settings of the modem. The board defines its pins. */
export interface ModemOptions extends ConnectOptions {
  modem?: Partial<Modem>;
}

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: ModemOptions): Device {
  const modem = (options.modem || {}) as Modem;
  Serial1.setup(115200, { tx: D9, rx: D7, cts: D10 });
  modem.serial = Serial1;
  modem.supply = D6;
  modem.key = D15;
  return run(
    options,
    function (given) {
      return openUdp(given, modem);
    },
    Date.now,
    random,
  );
}
