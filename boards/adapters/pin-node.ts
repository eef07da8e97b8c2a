/** Pins on Node, which has none of its own. A program supplies a function that reads one, as a simulation does; otherwise the pin cannot be read. */
import type { Analog, Digital } from '../../src/device/hal/io';

interface NodePin extends Digital {
  _read?: () => number | undefined;
  resolution: number;
}

function read(this: Digital): number | undefined {
  const { _read } = this as NodePin;
  return _read && _read();
}

function close(this: Digital): void {
  (this as NodePin)._read = undefined;
}

/** A pin as an input. `pin` and `mode` are ignored. `read` returns 0 or 1. */
export function openDigital(options: { pin?: unknown; mode?: string; read?: () => number | undefined }): Digital {
  const s: NodePin = { _read: options.read, resolution: 1, read: read, close: close };
  return s;
}

/** An analog input. `pin` is ignored. `read` returns 0 to 4095. */
export function openAnalog(options: { pin?: unknown; read?: () => number | undefined }): Analog {
  const s: NodePin = { _read: options.read, resolution: 12, read: read, close: close };
  return s;
}
