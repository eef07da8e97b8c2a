import type { Board } from '../board';

/** Espruino's Linux build with 2,500 variables, as on many nRF52 boards. */
export default {
  name: 'linux-espruino',
  title: 'Espruino on Linux, 2,500 variables',
  engine: 'espruino',
  variables: 2500,
  storage: 256 * 1024,
  // Espruino truncates after 528 bytes, so a datagram of 528 may be incomplete.
  limits: { datagram: 527, block: 256, reserve: 200 },
  features: { unicode: false },
  objects: [0, 1, 2, 3, 4, 5, 6, 7, 16, 3303],
  adapters: { udp: 'udp-espruino', store: 'store-espruino' },
  hardware: ['LINUX', 'RASPBERRYPI'],
} satisfies Board;
