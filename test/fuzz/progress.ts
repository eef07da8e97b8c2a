/** Reports of a fuzzing thread to its watcher: a growing number, and the inputs since the subject was created. */

const HEAD = 8;
const ROOM = 4 << 20;

export class Progress {
  /** To be shared with the other thread. */
  readonly buffer: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #text: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(HEAD + ROOM)) {
    this.buffer = buffer;
    this.#head = new Int32Array(buffer, 0, 2);
    this.#text = new Uint8Array(buffer, HEAD);
  }

  /** A new subject is about to be made. */
  begin(): void {
    Atomics.store(this.#head, 1, 0);
    Atomics.add(this.#head, 0, 1);
  }

  /** An input, in hex, is about to be taken. The first ones are lost of inputs that need more than 4 MB. */
  add(hex: string): void {
    let at = Atomics.load(this.#head, 1);
    if (at + hex.length + 1 > ROOM) at = 0;
    this.#text.set(Buffer.from(hex + ',', 'latin1'), at);
    Atomics.store(this.#head, 1, at + hex.length + 1);
    Atomics.add(this.#head, 0, 1);
  }

  /** Grows with each step. */
  get steps(): number {
    return Atomics.load(this.#head, 0);
  }

  /** Since the subject was made, in hex; the last one is being taken. */
  get inputs(): string[] {
    const text = Buffer.from(this.#text.subarray(0, Atomics.load(this.#head, 1))).toString('latin1');
    return text.split(',').slice(0, -1);
  }
}
