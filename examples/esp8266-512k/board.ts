import type { OwnBoard } from '../../boards/board';

/**
 * The smallest ESP8266, 512 KB of flash, whose Espruino has 16 KB of Storage: a node that registers, is read (TLV), observed and executed.
 * `wixt build --board examples/esp8266-512k --app examples/thermometer.ts`
 */
export default {
  name: 'esp8266-512k',
  base: 'esp8266',
  title: 'ESP8266 with 512 KB of flash (ESP8266_BOARD build of Espruino)',
  hardware: ['ESP8266_BOARD'],
  features: {
    attributes: false,
    base64: false,
    block1: false,
    block2: false,
    create: false,
    discover: false,
    objectRead: false,
    observeEvents: false,
    opaque: false,
    // Each overlay has a head in Storage, and names what it uses of the others.
    overlays: false,
    rareTypes: false,
    registerBlock1: false,
    // There is no Write, so a server could only read object 1, trigger an Update and disable.
    serverObject: false,
    servers: false,
    text: false,
    wideText: false,
    write: false,
  },
} satisfies OwnBoard;
