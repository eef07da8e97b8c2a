/**
 * Parts of the ES5 library that an engine lacks or gets wrong, found by asking each engine for every name of TypeScript's lib.es5.d.ts: Espruino
 * 2v29, JerryScript 3.0, MicroQuickJS 0.2, XS 13.3.
 */

/** `Interface.member` of lib.es5.d.ts, or the name of a global → what to use instead. */
export type Lacks = Record<string, string>;

/** The typed arrays of lib.es5.d.ts, each with its own interface. */
const ARRAYS = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array'];

const list = (owner: string, names: string, instead: string): Lacks => Object.fromEntries(names.split(' ').map((name) => [owner ? `${owner}.${name}` : name, instead]));
const typed = (names: string, instead: string): Lacks => Object.assign({}, ...ARRAYS.map((owner) => list(owner, names, instead)));
const typedConstructor = (names: string, instead: string): Lacks => Object.assign({}, ...ARRAYS.map((owner) => list(owner + 'Constructor', names, instead)));

/** Small builds of each engine leave out regular expressions, so our programs have none (see the gate). */
const NO_REGEX: Lacks = {
  RegExp: 'indexOf, charCodeAt and slice',
  ...list('String', 'search match', 'indexOf'),
};

/** No device has locales, nor `Function.caller`. */
const NO_LOCALE: Lacks = {
  ...list('String', 'localeCompare', 'a comparison with < and >'),
  'String.toLocaleLowerCase': 'toLowerCase',
  'String.toLocaleUpperCase': 'toUpperCase',
  ...Object.assign({}, ...['Array', 'ReadonlyArray', 'Number', 'Object'].map((owner) => list(owner, 'toLocaleString', 'toString'))),
  ...typed('toLocaleString', 'join'),
  ...list('Date', 'toLocaleString toLocaleDateString toLocaleTimeString', 'toISOString'),
  ...list('Function', 'caller', 'a parameter'),
};

const ESPRUINO: Lacks = {
  ...NO_REGEX,
  ...NO_LOCALE,
  ...list('Array', 'lastIndexOf', 'a loop from the end'),
  ...list('ReadonlyArray', 'lastIndexOf', 'a loop from the end'),
  ...list('Array', 'reduceRight', 'a loop from the end'),
  ...list('ReadonlyArray', 'reduceRight', 'a loop from the end'),
  ...list('Number', 'toExponential toPrecision', 'toFixed'),
  ...list('Date', 'toDateString toTimeString', 'toISOString'),
  ...list('Date', 'setUTCMilliseconds setUTCSeconds setUTCMinutes setUTCHours setUTCDate setUTCMonth setUTCFullYear', 'setTime'),
  ...list('DateConstructor', 'UTC', "Date.parse('2026-01-31T12:00:00Z')"),
  ...list('Object', 'isPrototypeOf', 'instanceof'),
  ...list('Object', 'propertyIsEnumerable', 'hasOwnProperty'),
  ...list('ObjectConstructor', 'freeze seal preventExtensions', 'the object as it is'),
  ...list('ObjectConstructor', 'isFrozen isSealed isExtensible', 'a flag of your own'),
  ...list('Function', 'arguments', 'a parameter'),
  ...list('Math', 'pow', 'x * x, or Math.exp and Math.log: pow(2, 32) is 4294967295.9999967 here'),
  ...list('ArrayBuffer', 'slice', 'new Uint8Array(buffer).slice'),
  ...list('ArrayBufferConstructor', 'isView', 'instanceof'),
  ...typed('copyWithin', 'set'),
  ...typed('lastIndexOf reduceRight', 'a loop from the end'),
  ...typed('BYTES_PER_ELEMENT', 'the number itself'),
  ...typedConstructor('BYTES_PER_ELEMENT', 'the number itself'),
  ...typedConstructor('from of', 'new and a list'),
  ...list('', 'encodeURI escape', 'encodeURIComponent, which is right for ASCII'),
  ...list('', 'decodeURI unescape', 'decodeURIComponent, which is right for ASCII'),
  ...list('', 'EvalError RangeError URIError', 'Error'),
};

const MQUICKJS: Lacks = {
  ...NO_REGEX,
  ...NO_LOCALE,
  'String.substr': 'slice',
  ...Object.assign({}, ...['String', 'Number', 'Boolean', 'Object'].map((owner) => list(owner, 'valueOf', 'the value itself'))),
  ...list('DateConstructor', 'new', 'Date.now(), in ms'),
  ...list('DateConstructor', 'parse UTC', 'Date.now(), in ms'),
  ...list('Object', 'isPrototypeOf', 'instanceof'),
  ...list('Object', 'propertyIsEnumerable', 'hasOwnProperty'),
  ...list('ObjectConstructor', 'getOwnPropertyDescriptor', 'the property itself'),
  ...list('ObjectConstructor', 'getOwnPropertyNames', 'Object.keys'),
  ...list('ObjectConstructor', 'defineProperties', 'Object.defineProperty'),
  ...list('ObjectConstructor', 'freeze seal preventExtensions', 'the object as it is'),
  ...list('ObjectConstructor', 'isFrozen isSealed isExtensible', 'a flag of your own'),
  ...list('Function', 'arguments', 'a parameter'),
  ...list('ArrayBuffer', 'slice', 'a loop'),
  ...list('ArrayBufferConstructor', 'isView', 'instanceof'),
  ...typed('copyWithin every fill filter find findIndex forEach indexOf lastIndexOf map reduce reduceRight reverse slice some sort', 'a loop'),
  ...typed('valueOf', 'the array itself'),
  // The library adds these two to byte arrays (boards/adapters/library-mquickjs.ts).
  ...Object.fromEntries(Object.entries(typed('set', 'a loop')).filter(([name]) => !name.startsWith('Uint8Array.'))),
  ...typedConstructor('from of', 'new and a list'),
  ...list('', 'encodeURI encodeURIComponent escape', 'a loop over charCodeAt'),
  ...list('', 'decodeURI decodeURIComponent unescape', 'a loop over charCodeAt'),
  DataView: 'typed arrays over one buffer',
};

/** JerryScript has all of ES5, but Kaluma and IoT.js may be built without annex B, and without the newer methods of typed arrays. */
const JERRY: Lacks = {
  ...NO_REGEX,
  ...NO_LOCALE,
  'String.substr': 'slice',
  ...list('', 'escape', 'encodeURIComponent'),
  ...list('', 'unescape', 'decodeURIComponent'),
};

const XS: Lacks = { ...NO_REGEX, ...NO_LOCALE };

/** By the engine's name in a board file. An engine that is not listed has all of ES5, or was not tested. */
export const LACKS: Record<string, Lacks> = {
  espruino: ESPRUINO,
  kaluma: JERRY,
  iotjs: { ...JERRY, ...typed('copyWithin every fill filter find findIndex forEach indexOf lastIndexOf map reduce reduceRight reverse slice some sort', 'a loop') },
  jerryscript: JERRY,
  mquickjs: MQUICKJS,
  moddable: XS,
  duktape: { ...NO_REGEX, ...typed('copyWithin every fill filter find findIndex forEach indexOf lastIndexOf map reduce reduceRight reverse slice some sort', 'a loop'), ...typedConstructor('from of', 'new and a list') },
};

/** Display names of the engines. */
export const ENGINE_TITLES: Record<string, string> = {
  espruino: 'Espruino', kaluma: 'Kaluma', iotjs: 'IoT.js', jerryscript: 'JerryScript', mquickjs: 'MicroQuickJS', moddable: 'Moddable', duktape: 'Duktape', node: 'Node.js',
};

/**
 * Methods that are reported even on a value of unknown type: methods of arrays, strings and dates that the engine lacks on every type, and whose
 * names are seldom used for anything else.
 */
export const TELLING = new Set('localeCompare toPrecision toExponential reduceRight lastIndexOf toLocaleString toLocaleLowerCase toLocaleUpperCase toLocaleDateString toLocaleTimeString copyWithin propertyIsEnumerable isPrototypeOf substr'.split(' '));
