import type { Board } from '../board';

/** RAK8212 (iTracker): nRF52832 with a Quectel BG96 for Cat M1 and Cat NB1. */
export default {
  name: 'rak8212',
  title: 'RAK8212 with a BG96 modem (RAK8212 build of Espruino)',
  engine: 'espruino',
  variables: 2500,
  storage: 40 * 1024,
  // A datagram fits one or two transport blocks of Cat NB1.
  limits: { datagram: 512, block: 256, body: 512, observations: 6, attributes: 6, mids: 16, duplicates: 1, location: 40, instances: 8, reserve: 110 },
  features: { overlays: true, unicode: false },
  objects: [0, 1, 3, 4, 6, 3303],
  adapters: { udp: 'udp-bg96', store: 'store-espruino' },
  hardware: ['RAK8212'],
} satisfies Board;
