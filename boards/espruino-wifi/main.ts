/** Espruino on Espruino WiFi: the library, and `connect` through the board's own ESP8266. */
import { connectBy } from '../wifi';
import type { Device, Wifi, WifiOptions } from '../wifi';

export * from '../wifi';

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: WifiOptions): Device {
  const wifi = (options.wifi || {}) as Wifi;
  Serial2.setup(115200, { tx: A2, rx: A3, cts: A15 });
  // GPIO0 high: the module runs, and does not wait for a firmware.
  digitalWrite(A13, 1);
  wifi.serial = Serial2;
  wifi.enable = A14;
  // CTS makes it wait while we are busy.
  wifi.setup = ['AT+UART_CUR=115200,8,1,0,2'].concat(wifi.setup || []);
  return connectBy(options, wifi);
}
