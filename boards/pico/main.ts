/** Espruino on a Pico: the library, and `connect` through an ESP8266 at Serial2, as on the Pico's shims. */
import { connectBy } from '../wifi';
import type { Device, Wifi, WifiOptions } from '../wifi';

export * from '../wifi';

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: WifiOptions): Device {
  const wifi = (options.wifi || {}) as Wifi;
  if (!wifi.serial) {
    Serial2.setup(115200, { tx: A2, rx: A3 });
    wifi.serial = Serial2;
  }
  return connectBy(options, wifi);
}
