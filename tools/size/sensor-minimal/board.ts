import type { Board } from '../../../boards/board';

/** No board: the least that a sensor needs. Register, Update, Read, Observe; TLV and text; one object. */
export default {
  name: 'sensor-minimal',
  title: 'register, update, read, observe, one object, TLV and text',
  engine: 'none',
  variables: 0,
  storage: 0,
  limits: { datagram: 256, block: 128, observations: 2, mids: 1, duplicates: 1 },
  features: {
    opaque: false,
    base64: false,
    rareTypes: false,
    multiple: false,
    write: false,
    execute: false,
    create: false,
    discover: false,
    attributes: false,
    objectRead: false,
    block1: false,
    block2: false,
    registerBlock1: false,
    servers: false,
    serverObject: false,
    observeEvents: false,
    unicode: false,
  },
  objects: [3303],
  adapters: {},
} satisfies Board;
