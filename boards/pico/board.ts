import type { Board } from '../board';

/** Espruino Pico: STM32F401, with an ESP8266 beside it. */
export default {
  name: 'pico',
  title: 'Espruino Pico with an ESP8266 (PICO_R1_3 build of Espruino)',
  engine: 'espruino',
  variables: 5100,
  storage: 48 * 1024,
  // Espruino buffers 1,024 bytes of input while a program works: a datagram and the start of another.
  limits: { datagram: 512, block: 256, reserve: 200 },
  features: { unicode: false },
  objects: [0, 1, 2, 3, 4, 5, 6, 7, 16, 3303],
  adapters: { udp: 'udp-esp8266at', store: 'store-espruino' },
  hardware: ['PICO_R1_3'],
} satisfies Board;
