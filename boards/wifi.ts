/** Shared by boards with Espruino whose network is an ESP8266 with AT firmware at a serial port. */
import { random } from './adapters/random-espruino';
import { openUdp } from './adapters/udp-esp8266at';
import type { Wifi } from './adapters/udp-esp8266at';
import { run } from './pump';
import type { ConnectOptions, Device } from './pump';

export * from '../src/device/index';
export type { Wifi } from './adapters/udp-esp8266at';
export type { ConnectOptions, Device } from './pump';

/** Options of `connect`, with the network. Port and pins default to those of the board. */
export interface WifiOptions extends ConnectOptions {
  wifi?: Partial<Wifi>;
}

/** `wifi` is complete: it has its port. */
export function connectBy(options: WifiOptions, wifi: Wifi): Device {
  // Otherwise a module that remembers no network would be asked for ever, without a word on what it lacks.
  if (!wifi.ssid) print('wixt: no wifi.ssid: the network is the one that the module remembers');
  return run(
    options,
    function (given) {
      return openUdp(given, wifi);
    },
    Date.now,
    random,
  );
}
