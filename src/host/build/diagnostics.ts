/** Turns the compiler's findings into sentences for people who write programs for devices. */
import ts from 'typescript';
import { showPath } from './root';

export const HELPER_ADVICE =
  'this needs a helper of TypeScript at run time, which no device has (class … extends, spread of arrays or objects, async, ' +
  'generators, decorators): write it in plain ES5';

/** Codes for a missing helper, or for the Promise that a helper needs. */
const HELPERS = new Set([2343, 2354, 2705, 2712, 2529, 2468]);

/** Replacements on a device for newer features of the language. */
const INSTEAD: Record<string, string> = {
  Map: 'an object by key', Set: 'an object by key', WeakMap: 'a property', WeakSet: 'a property', Promise: 'a callback', Symbol: 'a string', Proxy: 'a function', Reflect: 'the operator',
  includes: 'indexOf', find: 'a loop', findIndex: 'a loop', findLast: 'a loop', fill: 'a loop', flat: 'a loop', flatMap: 'a loop', at: 'an index', from: 'a loop', of: 'a literal',
  entries: 'Object.keys', values: 'Object.keys', fromEntries: 'a loop', assign: 'one assignment for each', is: '===',
  startsWith: 'indexOf(…) === 0', endsWith: 'slice(-n)', padStart: 'a loop', padEnd: 'a loop', repeat: 'a loop', replaceAll: "split('…').join('…')", codePointAt: 'charCodeAt', fromCodePoint: 'String.fromCharCode',
  isInteger: 'Math.floor(x) === x', isSafeInteger: 'Math.floor(x) === x', isFinite: 'isFinite(x)', isNaN: 'isNaN(x)', trunc: 'x < 0 ? Math.ceil(x) : Math.floor(x)', sign: 'a comparison', log2: 'Math.log(x) / Math.LN2', log10: 'Math.log(x) / Math.LN10',
  imul: '*', hypot: 'Math.sqrt', cbrt: 'Math.exp(Math.log(x) / 3)', clz32: 'a loop', BigInt: 'two numbers',
};

/** Removes misleading advice from a message: a device has no other library, and no types of Node. */
function plain(text: string): string {
  return text.replace(/\s*\.?\s*(Do you need to|Try changing|Consider (changing|adding)|Try `?npm i)\b.*$/s, '').replace(/\.$/, '');
}

function rewrite(code: number, text: string, engine: string): string {
  if (HELPERS.has(code)) return HELPER_ADVICE;
  const [, name = ''] = /['"](\w+)['"]/.exec(text) ?? [];
  switch (code) {
    // "Cannot find name X", "Property X does not exist", "X only refers to a type", each with a hint to change the library.
    case 2550:
    case 2568:
    case 2583:
    case 2585:
      return `${plain(text)}: ${engine ? `${engine} has` : 'devices have'} the library of ES5${Object.hasOwn(INSTEAD, name) ? `; use ${INSTEAD[name]}` : ''}`;
    // Names from the browser, from Node, from test tools.
    case 2580:
    case 2581:
    case 2582:
    case 2584:
    case 2591:
    case 2592:
    case 2593:
      return `${plain(text)}: ${engine || 'the device'} has none; a global of your own firmware is declared with declare const ${name || 'x'}: …`;
    case 2304:
    case 2552:
      return text;
    case 2307:
    case 2792:
      return /['"]\.{0,2}\//.test(text) ? plain(text) : `${plain(text)}: it is neither installed nor a module of ${engine || 'the device'}`;
    case 7016:
      return `${plain(text.replace(/\s*'[^']*' implicitly has.*$/s, ''))}: give it a .d.ts, or rename it to .ts where it is yours`;
    case 2737:
    case 2791:
      return `${plain(text)}: a device has no BigInt; use two numbers`;
    // Iteration that needs a helper.
    case 2569:
    case 2802:
      return `${text.replace(/\s*(or|Use|can only be).*$/s, '')} can't be iterated here: a device iterates arrays and strings alone; use a loop with an index`;
    default:
      return text;
  }
}

/** `file:line:column: message (TS2322)`, on one line. `engine`: the name of the program's engine. */
export function formatDiagnostic({ file, start, messageText, code }: ts.Diagnostic, engine = ''): string {
  const at = file && start !== undefined ? file.getLineAndCharacterOfPosition(start) : undefined;
  const place = file ? `${showPath(file.fileName)}:${at ? `${at.line + 1}:${at.character + 1}` : ''}: ` : '';
  const text = ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\s*\n\s*/g, ' ');
  return `${place}${rewrite(code, text, engine)} (TS${code})`;
}

/** One sentence for each fault, in the order of the files. */
export function formatDiagnostics(found: readonly ts.Diagnostic[], engine = ''): string[] {
  return [...new Set(found.filter(({ category }) => category === ts.DiagnosticCategory.Error).map((one) => formatDiagnostic(one, engine)))];
}
