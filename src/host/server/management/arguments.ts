/** The arguments of Execute: `0='5',2` (OMA LwM2M Core, "Execute" operation; text/plain on the wire). */

/** Digit 0 to 9 → value, or null for an argument without one. */
export type ExecuteArguments = Record<string, string | null>;

/** The text violates the grammar. The message says how. */
export class ArgumentsError extends Error {
  override name = 'ArgumentsError';
}

/** CHAR = "!" / %x23-26 / %x28-5B / %x5D-7E: printable ASCII without space, both quotes and the backslash. */
const VALUE = /^[!\x23-\x26\x28-\x5b\x5d-\x7e]*$/;

/** Decodes arguments. An empty text has none. Throws ArgumentsError. */
export function decodeArguments(text: string): ExecuteArguments {
  const result: ExecuteArguments = {};
  let at = 0;
  while (text !== '') {
    const digit = text[at];
    if (digit === undefined || !/[0-9]/.test(digit)) throw new ArgumentsError(`a digit from 0 to 9 was expected at character ${at}`);
    if (digit in result) throw new ArgumentsError(`argument ${digit} is given twice`);
    at++;
    let value: string | null = null;
    if (text[at] === '=') {
      if (text[at + 1] !== "'") throw new ArgumentsError(`the value of argument ${digit} must stand in single quotes`);
      const close = text.indexOf("'", at + 2);
      if (close < 0) throw new ArgumentsError(`the closing quote of argument ${digit} is missing`);
      value = text.slice(at + 2, close);
      if (!VALUE.test(value)) throw new ArgumentsError(`argument ${digit} may hold printable ASCII only, without space, quotes and backslash`);
      at = close + 1;
    }
    result[digit] = value;
    if (at === text.length) break;
    if (text[at] !== ',') throw new ArgumentsError(`"," was expected at character ${at}`);
    at++;
  }
  return result;
}

/** Encodes arguments, digits ascending; the inverse of decodeArguments. Throws ArgumentsError. */
export function encodeArguments(args: ExecuteArguments): string {
  return Object.keys(args)
    .sort()
    .map((digit) => {
      const value = args[digit]!;
      if (!/^[0-9]$/.test(digit)) throw new ArgumentsError(`"${digit}" is not a digit from 0 to 9`);
      if (value === null) return digit;
      if (!VALUE.test(value)) throw new ArgumentsError(`argument ${digit} may hold printable ASCII only, without space, quotes and backslash`);
      return `${digit}='${value}'`;
    })
    .join(',');
}
