/**
 * Espruino's Storage on Node, down to its bytes (jsflash.c of 2v29): files one behind the other, a head of 32 bytes each, flash that
 * writes only from ones to zeros. Power can fail behind any write of the flash's unit. A head that is no head makes the next start erase
 * everything, as on boards. Compaction, which Espruino does where there is no room else, is done at once: no store can help when power
 * fails while Espruino moves all files.
 */
import { crc32 } from '../../../src/host/crc32';

export class PowerCut extends Error {}

const HEAD = 32;
const align = (at: number) => (at + 3) & ~3;

export class Flash {
  readonly bytes: Uint8Array;
  /** Bytes that are still written until the power fails. */
  power = Infinity;
  /** Bytes that were written so far. */
  written = 0;

  constructor(bytes: Uint8Array = new Uint8Array(8192).fill(255)) {
    this.bytes = Uint8Array.from(bytes);
  }

  /** Heads are written in words of four bytes, as flash does at least; contents may break anywhere. */
  program(at: number, data: Uint8Array, unit: 1 | 4): void {
    for (let i = 0; i < data.length; i++) {
      if (i % unit === 0) {
        if (this.power < unit) throw new PowerCut();
        this.power -= unit;
        this.written += unit;
      }
      this.bytes[at + i]! &= data[i]!;
    }
  }

  word(at: number): number {
    return new DataView(this.bytes.buffer).getUint32(at, true);
  }

  isHead(at: number): boolean {
    if (at + HEAD > this.bytes.length) return false;
    const size = this.word(at);
    return size !== 0xffffffff && size !== 0 && at + HEAD + (size & 0xffffff) <= this.bytes.length;
  }

  /** Each file's place, and at the end that of the free room. */
  *walk(): Generator<{ at: number; size: number; name: string; free: boolean }> {
    let at = 0;
    for (; this.isHead(at); at += HEAD + align(this.word(at) & 0xffffff)) {
      const name = Buffer.from(this.bytes.subarray(at + 4, at + HEAD)).toString('latin1').replace(/\0+$/, '');
      yield { at, size: this.word(at) & 0xffffff, name: this.word(at + 4) ? name : '', free: false };
    }
    yield { at, size: 0, name: '', free: true };
  }

  /** Leaves out what was erased. */
  compact(): void {
    const kept = [...this.walk()].filter((file) => file.name).map(({ at, size }) => this.bytes.slice(at, at + HEAD + align(size)));
    this.bytes.fill(255);
    let at = 0;
    for (const file of kept) {
      this.bytes.set(file, at);
      at += file.length;
    }
  }

  /** What a start does first. */
  start(): void {
    const { at } = [...this.walk()].pop()!;
    if (this.bytes.subarray(at, at + HEAD).some((byte) => byte !== 255)) this.bytes.fill(255);
  }
}

export function makeStorage(flash: Flash) {
  const find = (name: string) => [...flash.walk()].find((file) => !file.free && file.name === name);
  const isErased = (at: number, size: number) => flash.bytes.subarray(at, at + align(size)).every((byte) => byte === 255);
  const erase = (name: string): void => {
    const file = find(name);
    if (file) flash.program(file.at + 4, new Uint8Array(4), 4);
  };
  return {
    read(name: string): string | undefined {
      const file = find(name);
      return file && Buffer.from(flash.bytes.subarray(file.at + HEAD, file.at + HEAD + file.size)).toString('latin1');
    },
    erase,
    write(name: string, data: string, offset = 0, size = data.length): boolean {
      const bytes = Buffer.from(data, 'latin1');
      let file = find(name);
      if (file && !offset && (file.size !== size || !isErased(file.at + HEAD, size))) {
        erase(name);
        file = undefined;
      }
      if (!file && !offset) {
        const fits = () => [...flash.walk()].pop()!.at + HEAD + align(size) <= flash.bytes.length;
        if (!fits()) flash.compact();
        const { at } = [...flash.walk()].pop()!;
        if (!fits()) throw new Error('Unable to find or create file');
        const head = Buffer.alloc(HEAD);
        head.writeUInt32LE(size);
        head.write(name, 4, 'latin1');
        flash.program(at, head, 4);
        file = { at, size, name, free: false };
      }
      if (!file) throw new Error('Unable to find or create file');
      if (offset + bytes.length > file.size) throw new Error('Too much data for file size');
      const at = file.at + HEAD + offset;
      if (!isErased(at & ~3, bytes.length)) throw new Error('File already written with different data');
      flash.program(at, bytes, 1);
      return true;
    },
  };
}

export const E = { CRC32: (data: string) => crc32(Buffer.from(data, 'latin1')) };
