/** A button and a PIR detector, each at a pin. */
import type { Digital } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_NONE, finish, isClosed, pause, type Driver } from './faults';

interface Detector extends Driver {
  _sample: Sample & { detector: { active?: boolean } };
  _pin: Digital;
  /** The level when the button is pressed or something is detected. */
  _active: number;
  /** ms after power-on during which the level has no meaning, and ms that a change must last. */
  _warmUp: number;
  _debounce: number;
  _last: number;
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Detector;
  if (isClosed(s)) return undefined;
  if (s._warmUp) {
    const ms = s._warmUp;
    s._warmUp = 0;
    return pause(s, 1, ms);
  }
  const level = s._pin.read();
  if (level !== 0 && level !== 1) return fail(s, FAULT_ANSWER);
  // Contacts bounce: a new level counts only if the next sample has it, too.
  if (level !== s._last && s._debounce) {
    s._last = level;
    return pause(s, 1, s._debounce);
  }
  s._last = level;
  s._sample.detector.active = level === s._active;
  return finish(s, FAULT_NONE, 1);
}

function configure(this: Sensor, options: { inverted?: boolean }): void {
  if (typeof options.inverted === 'boolean') (this as Detector)._active = options.inverted ? 0 : 1;
}

function openDetector(pin: Digital, warmUp: number, debounce: number, inverted: boolean | undefined): Sensor {
  const s: Detector = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: closeDriver,
    _io: pin,
    _sample: { detector: { active: undefined } },
    _step: 1,
    _tries: 0,
    _pin: pin,
    _active: inverted ? 0 : 1,
    _warmUp: warmUp,
    _debounce: debounce,
    _last: -1,
  };
  return s;
}

/** Opens a button: `active` while it is pressed. `inverted`: it pulls the pin low. `debounce`: ms that a change must last, default 20. */
export function openButton(options: { sensor: Digital; inverted?: boolean; debounce?: number }): Sensor {
  const ms = options.debounce;
  return openDetector(options.sensor, 0, ms! >= 0 ? ms! : 20, options.inverted);
}

/** Opens a PIR detector: `active` while it detects something. `warmUp`: ms after power-on without reliable results, default one minute (HC-SR501). */
export function openPir(options: { sensor: Digital; inverted?: boolean; warmUp?: number }): Sensor {
  const ms = options.warmUp;
  return openDetector(options.sensor, ms! >= 0 ? ms! : 60000, 0, options.inverted);
}
