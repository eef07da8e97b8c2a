import type { Board } from '../board';

/** Espruino WiFi: STM32F411 with an ESP8266 that speaks AT. */
export default {
  name: 'espruino-wifi',
  title: 'Espruino WiFi (ESPRUINOWIFI build of Espruino)',
  engine: 'espruino',
  variables: 8190,
  storage: 64 * 1024,
  limits: { datagram: 512, block: 256, reserve: 200 },
  features: { unicode: false },
  objects: [0, 1, 2, 3, 4, 5, 6, 7, 16, 3303],
  adapters: { udp: 'udp-esp8266at', store: 'store-espruino' },
  hardware: ['ESPRUINOWIFI'],
} satisfies Board;
