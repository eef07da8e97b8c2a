import type { Board } from '../../../boards/board';

/** No board: the whole LwM2M 1.0 client for an engine with UTF-16 strings, without adapters. Objects 0 and 1 are in it. */
export default {
  name: 'client-1.0',
  title: 'whole LwM2M 1.0 client, objects 0, 1 and 3, NoSec',
  engine: 'none',
  variables: 0,
  storage: 0,
  limits: {},
  features: {},
  objects: [0, 1, 3],
  adapters: {},
} satisfies Board;
