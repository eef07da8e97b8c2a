/** What each JavaScript engine provides beyond the language. */
import type { Surroundings } from './gate/index';

export interface Engine extends Surroundings {
  /** Declarations of the engine's globals and modules: npm packages, or files of this package. */
  types: string[];
  /** Node itself: a user's program may use its whole language and library. */
  node?: boolean;
  /**
   * Library and program are also built as one script, boot.min.js. `pins`: its names are global and must not hide the board's; `function`: the script
   * is wrapped in a function, because local names take less memory.
   */
  boot?: 'pins' | 'function';
  /** It reads a function's text each time it runs, including skipped parts. */
  readsText?: boolean;
  /** A field costs more than a variable: the client record becomes variables, and a script has one client. */
  lifts?: boolean;
  /** It loads ECMAScript modules only. */
  modules?: boolean;
  /** It lacks setInterval: programs get the library's. */
  intervals?: false;
  /** Replacements for globals that programs of every board use and that it lacks. */
  aliases?: Record<string, string>;
}

const TIMERS = ['setTimeout', 'clearTimeout', 'Date'];
const MODULE = ['exports', 'require', 'module'];

/** Engines by their name in a board file. Only these can be built for. */
export const ENGINES: Record<string, Engine> = {
  /** No engine: the core alone, as in the rows of size.json that are not boards. */
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
      'getPinMode', 'getSerial', 'setBusyIndicator', 'shiftOut', 'HIGH', 'LOW', 'peek8', 'peek16', 'peek32', 'poke8', 'poke16', 'poke32',
      'load', 'save', 'reset', 'dump', 'echo', 'trace', 'USB', 'Bluetooth', 'Telnet', 'Terminal', 'OneWire', 'Waveform', 'Graphics',
      'NRF', 'Puck', 'Pixl', 'ESP32', 'ESP8266', 'Microbit', 'Bangle', 'acceleration', 'compass', 'show',
    ],
    // Pins and ports: D13, A0, LED1, BTN, Serial1, SPI2, I2C1.
    pattern: /^([A-H]\d+|LED\d?|BTN[\dA-Z]?|Serial\d|LoopbackA|LoopbackB|SPI\d|I2C\d)$/,
    boot: 'pins',
    readsText: true,
    lifts: true,
  },
  /** JerryScript itself: the user's own host provides everything else. */
  jerryscript: { types: [], globals: [...MODULE, ...TIMERS, 'print'], boot: 'function' },
  kaluma: {
    types: ['boards/types/kaluma.d.ts'],
    globals: [...MODULE, ...TIMERS, 'setInterval', 'clearInterval', 'console', 'print', 'process', 'global', 'board', 'storage', '__netdev'],
    boot: 'function',
  },
  iotjs: {
    types: ['boards/types/iotjs.d.ts'],
    globals: [...MODULE, ...TIMERS, 'setInterval', 'clearInterval', 'console', 'process', 'global', 'Buffer'],
    boot: 'function',
  },
  mquickjs: {
    types: ['boards/types/mquickjs.d.ts'],
    globals: [...MODULE, ...TIMERS, 'print', 'performance', 'udp'],
    strictCatch: true,
    boot: 'function',
    intervals: false,
    aliases: { 'console.log': 'print' },
  },
  moddable: {
    types: ['boards/types/moddable.d.ts'],
    globals: ['Date', 'trace', 'device', 'System', 'globalThis'],
    modules: true,
    lifts: true,
    aliases: {
      setTimeout: 'System.setTimeout', clearTimeout: 'System.clearTimeout', setInterval: 'System.setInterval', clearInterval: 'System.clearInterval',
      'console.log': 'trace',
    },
  },
  duktape: { types: [], globals: [...MODULE, 'Date', 'print'] },
};
