/** What each JavaScript engine gives a bundle beside the language. */
import type { Surroundings } from './gate/index';

export interface Engine extends Surroundings {
  /** Declarations of the engine's globals and modules: npm packages, or files of this package. */
  types: string[];
  /** Node itself: a person's program may use all of its language and library. */
  node?: boolean;
}

const TIMERS = ['setTimeout', 'clearTimeout', 'Date'];
const MODULE = ['exports', 'require', 'module'];

/** The engines by the name that a board file gives. An engine that is not here cannot be built for. */
export const ENGINES: Record<string, Engine> = {
  /** No engine: the core alone, as the rows of size.json that are no board. */
  none: { types: [], globals: ['exports'] },
  node: {
    types: ['@types/node'],
    globals: [...MODULE, ...TIMERS, 'Buffer', 'process', 'console', 'globalThis'],
    node: true,
  },
  espruino: {
    types: ['@types/espruino', 'boards/types/espruino.d.ts'],
    globals: [
      ...MODULE, ...TIMERS, 'setInterval', 'clearInterval', 'changeInterval', 'atob', 'btoa', 'getTime', 'setTime', 'E', 'Modules', 'process',
      'print', 'console', 'global', 'Pin', 'Serial', 'SPI', 'I2C', 'pinMode', 'digitalWrite', 'digitalRead', 'digitalPulse',
      'analogRead', 'analogWrite', 'setWatch', 'clearWatch', 'NodeMCU', 'setSleepIndicator', 'setDeepSleep',
    ],
    // Pins and ports: D13, A0, LED1, BTN, Serial1, SPI2, I2C1.
    pattern: /^([A-H]\d+|LED\d?|BTN\d?|Serial\d|LoopbackA|LoopbackB|SPI\d|I2C\d)$/,
  },
  jerryscript: { types: [], globals: [...MODULE, ...TIMERS, 'process', 'console', 'print', 'Buffer'] },
  mquickjs: { types: [], globals: [...MODULE, ...TIMERS, 'print', 'console'], strictCatch: true },
  xs: { types: [], globals: [...MODULE, ...TIMERS, 'trace', 'device', 'System', 'Timer'] },
  duktape: { types: [], globals: [...MODULE, 'Date', 'print'] },
};
