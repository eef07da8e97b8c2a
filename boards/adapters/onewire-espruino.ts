/** Espruino's OneWire as OneWire. */
import type { OneWire as Wire } from '../../src/device/hal/io';

/** The methods of Espruino's OneWire in use. */
interface Bus {
  reset(): boolean;
  write(data: Uint8Array, power?: boolean): void;
  read(count: number): Uint8Array | number[];
}

interface EspruinoWire extends Wire {
  _bus?: Bus;
}

function reset(this: Wire): boolean {
  const { _bus } = this as EspruinoWire;
  return !!_bus && !!_bus.reset();
}

function write(this: Wire, data: Uint8Array, power?: boolean): boolean {
  const { _bus } = this as EspruinoWire;
  if (_bus) _bus.write(data, !!power);
  return !!_bus;
}

function read(this: Wire, into: Uint8Array): number {
  const { _bus } = this as EspruinoWire;
  const data = _bus && _bus.read(into.length);
  if (!data) return 0;
  for (let i = 0; i < into.length; i++) into[i] = data[i];
  return data.length;
}

function close(this: Wire): void {
  (this as EspruinoWire)._bus = undefined;
}

/** The bus at `pin`, with a pull-up of 4.7 kΩ. */
export function openOneWire(options: { pin: unknown }): Wire {
  const s: EspruinoWire = { _bus: new OneWire(options.pin as Pin) as unknown as Bus, reset: reset, write: write, read: read, close: close };
  return s;
}
