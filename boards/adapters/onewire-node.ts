/** 1-Wire on Node, which has none of its own. A program may supply a bus, as a simulation does; otherwise no device answers. */
import type { OneWire } from '../../src/device/hal/io';

interface NodeWire extends OneWire {
  _bus?: OneWire;
}

function reset(this: OneWire): boolean {
  const { _bus } = this as NodeWire;
  return !!_bus && _bus.reset();
}

function write(this: OneWire, data: Uint8Array, power?: boolean): boolean {
  const { _bus } = this as NodeWire;
  return !!_bus && _bus.write(data, power);
}

function read(this: OneWire, into: Uint8Array): number {
  const { _bus } = this as NodeWire;
  return _bus ? _bus.read(into) : 0;
}

function close(this: OneWire): void {
  const s = this as NodeWire;
  const bus = s._bus;
  s._bus = undefined;
  if (bus) bus.close();
}

/** The bus that the program supplies. `pin` is ignored. */
export function openOneWire(options: { pin?: unknown; bus?: OneWire }): OneWire {
  const s: NodeWire = { _bus: options.bus, reset: reset, write: write, read: read, close: close };
  return s;
}
