import type { Board } from '../board';

/** Node on a computer: everything on, room for everything. */
export default {
  name: 'host',
  title: 'Node.js 20 or newer',
  engine: 'node',
  variables: 0,
  storage: 0,
  limits: { datagram: 1200, block: 1024, body: 65535, observations: 32, attributes: 32, mids: 128, duplicates: 16, location: 128, instances: 256 },
  features: { lazy: true },
  objects: [0, 1, 2, 3, 4, 5, 6, 7, 16, 3303],
  adapters: { udp: 'udp-node', store: 'store-node' },
} satisfies Board;
