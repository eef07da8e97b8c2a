/** Simulated buses and the chips on them, made from their data sheets apart from the drivers, which can fail in every way that wires can. */
import type { Analog, Digital, I2c, OneWire, Spi } from '../../../src/device/hal/io';

/** How a bus fails. `cut`: one byte less comes than was asked for. */
export type Failure = 'none' | 'silent' | 'ones' | 'zeros' | 'cut' | 'refused';

/** What any double counts and can be told. */
export class Double {
  failure: Failure = 'none';
  closed = 0;
  calls = 0;
  close(): void {
    this.closed++;
  }
  protected begin(): boolean {
    this.calls++;
    return !this.closed && this.failure !== 'silent' && this.failure !== 'refused';
  }
  protected put(into: Uint8Array, bytes: ArrayLike<number>): number {
    const length = this.failure === 'cut' ? into.length - 1 : into.length;
    for (let i = 0; i < length; i++) into[i] = this.failure === 'ones' ? 255 : this.failure === 'zeros' ? 0 : (bytes[i] ?? 255);
    return length;
  }
}

/** A device of registers: what a program writes and reads. */
export class Registers {
  readonly bytes = new Uint8Array(256);
  readonly written: [register: number, value: number][] = [];
  constructor(
    /** Bit of the register's number that makes it count up by itself; 0: it always does. */
    readonly increment = 0,
    readonly onWrite: (register: number, value: number, r: Registers) => void = () => {},
    readonly onRead: (register: number, r: Registers) => void = () => {},
  ) {}
  set(register: number, bytes: ArrayLike<number>): this {
    this.bytes.set(Array.from(bytes), register);
    return this;
  }
  write(register: number, value: number): void {
    this.bytes[register] = value;
    this.written.push([register, value]);
    this.onWrite(register, value, this);
  }
  read(pointer: number, length: number): number[] {
    const from = this.increment ? pointer & ~this.increment : pointer;
    const steps = !this.increment || pointer & this.increment ? 1 : 0;
    this.onRead(from, this);
    return Array.from({ length }, (_, i) => this.bytes[(from + i * steps) & 255]!);
  }
}

/** Registers at an I2C bus. */
export class I2cRegisters extends Double implements I2c {
  private pointer = 0;
  constructor(readonly device: Registers) {
    super();
  }
  write(data: Uint8Array): boolean {
    if (!this.begin()) return false;
    this.pointer = data[0]!;
    for (let i = 1; i < data.length; i++) this.device.write(this.pointer + i - 1, data[i]!);
    return true;
  }
  read(into: Uint8Array): number {
    return this.begin() ? this.put(into, this.device.read(this.pointer, into.length)) : 0;
  }
}

/** Registers at an SPI bus: bit 7 of the first byte reads. SPI has no acknowledgement: without a device all bits read 1. */
export class SpiRegisters extends Double implements Spi {
  constructor(readonly device: Registers) {
    super();
  }
  transfer(data: Uint8Array): boolean {
    if (this.closed || this.failure === 'refused') return false;
    const alive = this.begin();
    if (data[0]! & 128) {
      const all = alive ? this.device.read(data[0]! & 127, data.length - 1) : [];
      const into = new Uint8Array(data.length - 1);
      this.put(into, all);
      data.set(into, 1);
    } else if (alive) for (let i = 1; i < data.length; i++) this.device.write((data[0]! & 127) + i - 1, data[i]!);
    return true;
  }
}

/** A device of commands that answers in words with CRC (Sensirion). It does not acknowledge a read while it measures. */
export class I2cCommands extends Double implements I2c {
  readonly commands: string[] = [];
  private answer?: Uint8Array;
  /** Reads that it refuses after a command, as it is measuring. */
  busy = 0;
  constructor(readonly answers: Record<string, Uint8Array | undefined>) {
    super();
  }
  write(data: Uint8Array): boolean {
    if (!this.begin()) return false;
    const command = Buffer.from(data).toString('hex');
    this.commands.push(command);
    this.answer = this.answers[command];
    return true;
  }
  read(into: Uint8Array): number {
    if (!this.begin() || !this.answer || this.busy-- > 0) return 0;
    const length = Math.min(into.length, this.answer.length);
    const got = new Uint8Array(length);
    const count = this.put(got, this.answer);
    into.set(got);
    return count;
  }
}

/** Big-endian registers of 16 bits (TI). */
export class I2cWords extends Double implements I2c {
  readonly words = new Map<number, number>();
  pointer = 0;
  constructor(readonly onWrite: (register: number, value: number, d: I2cWords) => void = () => {}) {
    super();
  }
  write(data: Uint8Array): boolean {
    if (!this.begin()) return false;
    this.pointer = data[0]!;
    if (data.length === 3) {
      this.words.set(this.pointer, data[1]! * 256 + data[2]!);
      this.onWrite(this.pointer, data[1]! * 256 + data[2]!, this);
    }
    return true;
  }
  read(into: Uint8Array): number {
    const word = this.words.get(this.pointer) ?? 0xffff;
    return this.begin() ? this.put(into, [word >> 8, word & 255]) : 0;
  }
}

/** One DS18B20 at a bus. */
export class OneWireThermometer extends Double implements OneWire {
  private sent: number[] = [];
  private selected = false;
  readonly resolutions: number[] = [];
  conversions = 0;
  power = 0;
  /** Read slots that are zero after a conversion has begun. */
  busy = 0;
  constructor(readonly rom: Uint8Array, readonly scratchpad: Uint8Array) {
    super();
  }
  reset(): boolean {
    this.sent = [];
    this.selected = false;
    // A line that is held low looks like a presence.
    return this.begin() && this.failure !== 'ones';
  }
  write(data: Uint8Array, power?: boolean): boolean {
    if (!this.begin()) return false;
    if (power) this.power++;
    const all = [...data];
    if (!this.selected && all[0] === 0x55) {
      this.selected = all.slice(1, 9).every((byte, i) => byte === this.rom[i]);
      all.splice(0, 9);
    } else if (!this.selected && all[0] === 0xcc) {
      this.selected = true;
      all.shift();
    }
    this.sent.push(...all);
    if (this.selected && this.sent[0] === 0x44) this.conversions++;
    if (this.selected && this.sent[0] === 0x4e && this.sent.length === 4) this.resolutions.push(this.sent[3]!);
    return true;
  }
  read(into: Uint8Array): number {
    if (!this.begin()) return this.put(into, []);
    if (this.sent[0] === 0x33) return this.put(into, this.rom);
    if (!this.selected) return this.put(into, []);
    if (this.sent[0] === 0x44) return this.put(into, [this.busy-- > 0 ? 0 : 255]);
    return this.put(into, this.sent[0] === 0xbe ? this.scratchpad : []);
  }
}

/** A pin. */
export class Pin extends Double implements Digital, Analog {
  resolution = 10;
  constructor(public value: number | undefined) {
    super();
  }
  read(): number | undefined {
    return this.begin() ? this.value : undefined;
  }
}
