/** The device of the vectors (`device` in badinput.json): objects 3, 5, 16, 19, 3303 and 3442 with values; object 1 comes with the client. */
import { createStore, type Resources, type Store } from './store';

/** OMA's test object 3442, version 1.0 of its XML. */
export const TEST_OBJECT: Resources = {
  0: 'E', 1: 'E', 2: 'E', 3: 'E', 4: 'R string*', 5: 'E', 6: 'RW string*',
  110: 'RW string', 120: 'RW integer', 125: 'RW unsigned', 130: 'RW float', 140: 'RW boolean', 150: 'RW opaque', 160: 'RW time', 170: 'RW objlnk', 180: 'RW corelnk',
  1110: 'RW string*', 1120: 'RW integer*', 1125: 'RW unsigned*', 1130: 'RW float*', 1140: 'RW boolean*', 1150: 'RW opaque*', 1160: 'RW time*', 1170: 'RW objlnk*', 1180: 'RW corelnk*',
};

/** Object 3 as it is in LwM2M 1.0. */
export const DEVICE: Resources = {
  0: 'R string', 1: 'R string', 2: 'R string', 3: 'R string', 4: 'E', 5: 'E', 6: 'R integer*', 7: 'R integer*', 8: 'R integer*', 9: 'R integer',
  10: 'R integer', 11: 'R integer*', 12: 'E', 13: 'RW time', 14: 'RW string', 15: 'RW string', 16: 'R string', 17: 'R string', 18: 'R string',
  19: 'R string', 20: 'R integer', 21: 'R integer',
};

/** Object 5; its package arrives in pieces. */
export const FIRMWARE: Resources = { 0: 'W opaque', 1: 'RW string', 2: 'E', 3: 'R integer', 5: 'R integer', 6: 'R string', 7: 'R string', 8: 'R integer*', 9: 'R integer' };

export const PORTFOLIO: Resources = { 0: 'RW string*', 1: 'E', 2: 'R string', 3: 'R string' };

export const BINARY_DATA: Resources = { 0: 'RW opaque*', 1: 'RW integer', 2: 'RW time', 3: 'RW string', 4: 'RW string', 5: 'RW integer' };

export const TEMPERATURE: Resources = { 5518: 'R time', 5601: 'R float', 5602: 'R float', 5603: 'R float', 5604: 'R float', 5605: 'E', 5700: 'RW float', 5701: 'R string' };

export interface World {
  device: Store;
  firmware: Store;
  portfolio: Store;
  data: Store;
  temperature: Store;
  test: Store;
  /** All of them, as a client takes them. */
  objects: Store[];
}

/** `7 * i mod 256` for each byte, as the vectors describe the value of /19/0/0/0. */
export const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (7 * i) & 255);

export function createWorld(): World {
  const device = createStore(3, DEVICE, {
    0: {
      0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 2: '345000123', 3: '1.0', 6: [1, 5], 7: [3800, 5000], 8: [125, 900], 9: 50, 10: 15,
      11: [0], 13: 1367491215, 14: '+02:00', 16: 'U',
    },
  });
  const firmware = createStore(5, FIRMWARE, { 0: { 3: 0, 5: 0, 8: [0], 9: 1 } }, { chunked: true });
  const portfolio = createStore(16, PORTFOLIO, { 0: { 0: ['a'] } }, { creatable: true });
  const data = createStore(19, BINARY_DATA, { 0: { 0: { 0: pattern(150) } } });
  const temperature = createStore(3303, TEMPERATURE, { 0: { 5700: 20, 5701: 'Cel', 5601: 19, 5602: 21 } });
  const test = createStore(3442, TEST_OBJECT, {
    0: {
      110: 'text', 120: 1024, 125: 3000, 130: 3.14159, 140: true, 150: pattern(12), 160: 946684801, 170: '3:0', 180: '</3/0>',
      1110: ['a', 'b'], 1120: [1, 2], 1125: [1], 1130: [0.5], 1140: [true, false], 1150: [pattern(3)], 1160: [946684801], 1170: ['3:0'], 1180: ['</3/0>'],
    },
  });
  return { device, firmware, portfolio, data, temperature, test, objects: [device, firmware, portfolio, data, temperature, test] };
}
