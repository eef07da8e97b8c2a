/** Espruino WiFi, and boards with an ESP8266 beside them: `dgram` on a driver that is put right first. */
import { passOneByOne } from '../adapters/network-at';

export * from '../espruino';

passOneByOne();
