import type { Board } from '../board';

/** The ESP8266 with the standard build: the smallest board with UDP in Espruino. Datagrams have at most 260 bytes. */
export default {
  name: 'esp8266',
  title: 'ESP8266 (ESP8266_BOARD build of Espruino)',
  engine: 'espruino',
  variables: 1700,
  storage: 16 * 1024,
  limits: { datagram: 260, block: 128, body: 1024, observations: 4, attributes: 4, mids: 16, duplicates: 1, location: 40, instances: 8, reserve: 110 },
  features: { overlays: true, unicode: false },
  objects: [0, 1, 3, 4, 6, 3303],
  adapters: { udp: 'udp-espruino', store: 'store-espruino' },
  hardware: ['ESP8266_BOARD', 'ESP8266_4MB'],
} satisfies Board;
