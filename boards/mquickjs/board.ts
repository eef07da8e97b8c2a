import type { Board } from '../board';

/** MicroQuickJS on any chip whose firmware provides four functions for datagrams: docs/boards/mquickjs.md. */
export default {
  name: 'mquickjs',
  title: 'MicroQuickJS in a firmware of your own',
  engine: 'mquickjs',
  variables: 0,
  storage: 0,
  limits: { datagram: 528, block: 256, body: 1024 },
  features: {},
  objects: [0, 1, 2, 3, 4, 5, 6, 7, 16, 3303],
  adapters: { udp: 'udp-mquickjs' },
} satisfies Board;
