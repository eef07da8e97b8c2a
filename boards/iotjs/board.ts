import type { Board } from '../board';

/** IoT.js, on Linux, NuttX or TizenRT. On small systems it reads datagrams up to 1,023 bytes, and silently truncates longer ones. */
export default {
  name: 'iotjs',
  title: 'IoT.js with typed arrays',
  engine: 'iotjs',
  variables: 0,
  storage: 0,
  limits: { datagram: 1022, block: 512 },
  features: {},
  objects: [0, 1, 3, 4, 6, 3303],
  adapters: { udp: 'udp-iotjs' },
} satisfies Board;
