/** Changes to bytes, decided by a generator with a seed. */
import { decodeMessage, encodeMessage } from '../reference/coap';

export type Random = () => number;

/** A whole number from 0 to n - 1. */
export const below = (random: Random, n: number): number => Math.floor(random() * n);
export const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;

const EDGES = [0, 1, 7, 8, 12, 13, 14, 15, 0x1f, 0x20, 0x3f, 0x40, 0x41, 0x50, 0x60, 0x70, 0x7f, 0x80, 0x88, 0xb0, 0xb1, 0xb3, 0xc0, 0xc1, 0xc8, 0xd0, 0xd8, 0xe0, 0xf0, 0xfe, 0xff];

type Mutation = (b: number[], random: Random, other: () => number[]) => number[];

const MUTATIONS: Mutation[] = [
  (b, random) => b.map((v, i) => (i === below(random, b.length) ? v ^ (1 << below(random, 8)) : v)),
  (b, random) => replace(b, below(random, b.length + 1), 1, [pick(random, EDGES)]),
  (b, random) => replace(b, below(random, b.length + 1), 1, [below(random, 256)]),
  (b, random) => replace(b, below(random, b.length + 1), 0, Array.from({ length: 1 + below(random, 4) }, () => pick(random, EDGES))),
  (b, random) => replace(b, below(random, b.length + 1), 1 + below(random, 4), []),
  (b, random) => b.slice(0, below(random, b.length + 1)),
  // A piece again, somewhere else.
  (b, random) => {
    const from = below(random, b.length);
    return replace(b, below(random, b.length + 1), 0, b.slice(from, from + 1 + below(random, 24)));
  },
  // The front of one, the back of another.
  (b, random, other) => {
    const second = other();
    return [...b.slice(0, below(random, b.length + 1)), ...second.slice(below(random, second.length + 1))];
  },
  // A long run.
  (b, random) => replace(b, below(random, b.length + 1), 0, new Array<number>(pick(random, [8, 13, 16, 64, 255, 256, 269, 300, 1100])).fill(pick(random, EDGES))),
];

function replace(b: number[], at: number, count: number, by: number[]): number[] {
  return [...b.slice(0, at), ...by, ...b.slice(at + count)];
}

/** The parts of what is a CoAP message, changed one by one, so that it stays a message. */
const IN_MESSAGES: Mutation = (b, random, other) => {
  const m = decodeMessage(b);
  if (typeof m === 'string') return b;
  const second = decodeMessage(other());
  const { options } = m;
  const at = below(random, options.length);
  switch (below(random, 9)) {
    case 0:
      m.type = below(random, 4);
      break;
    case 1:
      m.code = pick(random, [1, 2, 3, 4, 5, 6, 7, 31, 0x41, 0x44, 0x45, 0x5f, 0x80, 0x84, 0x8d, 0xa0]);
      break;
    case 2:
      m.token = Array.from({ length: below(random, 9) }, () => below(random, 256));
      break;
    case 3:
      if (options.length) options.splice(at, 1);
      break;
    case 4:
      if (options.length) options.splice(at, 0, options[at]!);
      break;
    case 5:
      options.push({ number: pick(random, [1, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 17, 20, 23, 27, 28, 35, 60, 258, 65535]), value: Array.from({ length: below(random, 5) }, () => pick(random, EDGES)) });
      break;
    case 6:
      if (options.length) options[at] = { number: options[at]!.number, value: mutate(options[at]!.value, random, other, 1) };
      break;
    case 7:
      m.payload = mutate(m.payload, random, () => (typeof second === 'string' ? [] : second.payload), 1 + below(random, 3));
      break;
    default:
      if (typeof second !== 'string') m.payload = second.payload;
  }
  options.sort((x, y) => x.number - y.number);
  return encodeMessage(m);
};

/** `b` with up to `count` changes; `other` gives further inputs to take parts of. */
export function mutate(b: number[], random: Random, other: () => number[], count: number, messages = false): number[] {
  for (let i = 0; i < count; i++) b = messages && random() < 0.6 ? IN_MESSAGES(b, random, other) : pick(random, MUTATIONS)(b, random, other);
  return b;
}

/** `b` with a run of one byte somewhere that makes its length about `end`; its last bytes are often a piece of an option. */
export function stretch(b: number[], random: Random, end: number): number[] {
  const length = end + below(random, 5) - 3;
  const at = Math.min(b.length, below(random, 24));
  const long = replace(b, at, 0, new Array<number>(Math.max(length - b.length, 0)).fill(pick(random, [0x00, 0x01, 0x10, 0x11, 0x31, 0x41, 0x61, 0xff]))).slice(0, length);
  for (let i = below(random, 5); i; i--) long[long.length - i] = pick(random, EDGES);
  return long;
}
