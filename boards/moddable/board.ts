import type { Board } from '../board';

/** Moddable's SDK (XS), on ESP32, ESP8266, Pico W, or its simulator on a computer. */
export default {
  name: 'moddable',
  title: 'Moddable SDK (XS, ECMA-419)',
  engine: 'moddable',
  variables: 0,
  storage: 0,
  limits: { datagram: 1152, block: 1024 },
  features: { preload: true },
  objects: [0, 1, 3, 4, 6, 3303],
  adapters: { udp: 'udp-moddable', timer: 'timer-moddable' },
} satisfies Board;
