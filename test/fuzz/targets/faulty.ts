/** Targets with faults, for the tests of the fuzzer itself. */
import type { Subject, Target } from '../target';

function hang(): never {
  for (;;);
}

const faulty = (name: string, create: () => Subject): Target => ({ name, title: '', inputs: 100, seeds: () => Array.from({ length: 256 }, (_, i) => Uint8Array.of(i, i)), create });

export const allTargets = (): Target[] => [
  faulty('hangs', () => ({ take: (input) => (input[0] === 0x50 ? hang() : '') })),
  faulty('hangs late', () => {
    let taken = 0;
    return { take: () => (++taken > 20 ? hang() : '') };
  }),
  faulty('strays', () => ({
    take() {
      void Promise.reject(new Error('stray'));
      return '';
    },
  })),
];
