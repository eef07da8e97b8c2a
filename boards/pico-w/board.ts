import type { Board } from '../board';

/** Raspberry Pi Pico W with Kaluma. A datagram to send becomes a string, then UTF-8 on the chip's stack: a limit of 528 bytes keeps that short. */
export default {
  name: 'pico-w',
  title: 'Raspberry Pi Pico W (Kaluma)',
  engine: 'kaluma',
  variables: 0,
  storage: 512 * 1024,
  limits: { datagram: 528, block: 256 },
  features: {},
  objects: [0, 1, 3, 4, 6, 3303],
  adapters: { udp: 'udp-kaluma', timer: 'timer-kaluma' },
  hardware: ['pico-w', 'pico2-w'],
} satisfies Board;
