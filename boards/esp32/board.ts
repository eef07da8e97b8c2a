import type { Board } from '../board';

/** The ESP32: room for everything. The longest datagram of its `dgram` can be set. */
export default {
  name: 'esp32',
  title: 'ESP32 (ESP32 build of Espruino)',
  engine: 'espruino',
  variables: 16383,
  storage: 896 * 1024,
  limits: { datagram: 1200, block: 1024, body: 4096, observations: 12, attributes: 8, mids: 64, duplicates: 4, location: 64, reserve: 200 },
  features: { unicode: false },
  objects: [0, 1, 2, 3, 4, 5, 6, 7, 16, 3303],
  adapters: { udp: 'udp-espruino', store: 'store-espruino' },
  hardware: ['ESP32', 'ESP32_IDF4'],
} satisfies Board;
