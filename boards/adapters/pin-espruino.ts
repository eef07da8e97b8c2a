/** Espruino's pins as Digital and Analog. */
import type { Analog, Digital } from '../../src/device/hal/io';

interface EspruinoPin extends Digital {
  _pin?: Pin;
}

/** `analogRead` returns 0 to 1 on every board, from a converter of 10 or 12 bits. */
const RESOLUTION = 12;

function readDigital(this: Digital): number | undefined {
  const { _pin } = this as EspruinoPin;
  return _pin === undefined ? undefined : digitalRead(_pin) ? 1 : 0;
}

function readAnalog(this: Analog): number | undefined {
  const { _pin } = this as unknown as EspruinoPin;
  return _pin === undefined ? undefined : Math.round(analogRead(_pin) * 4095);
}

function close(this: Digital): void {
  (this as EspruinoPin)._pin = undefined;
}

/** A pin as an input. `mode` is passed to pinMode: "input_pullup" for a button that pulls the pin low. */
export function openDigital(options: { pin: unknown; mode?: string }): Digital {
  pinMode(options.pin as Pin, (options.mode || 'input') as any, false);
  const s: EspruinoPin = { _pin: options.pin as Pin, read: readDigital, close: close };
  return s;
}

/** An analog input pin. */
export function openAnalog(options: { pin: unknown }): Analog {
  const s = { _pin: options.pin as Pin | undefined, resolution: RESOLUTION, read: readAnalog, close: close };
  return s;
}
