/** Splits a modem's output into lines (V.250) and lines into fields. Bytes arrive in pieces of any size; datagrams among them are not lines. */

export interface Lines {
  /** Bytes of an incomplete line. */
  _in: string;
  /** Bytes of a datagram that follow. */
  _skip: number;
}

/** Longer input is not a line but noise. */
const LONGEST = 512;

export function createLines(): Lines {
  return { _in: '', _skip: 0 };
}

/** Parses a decimal number with sign and point. Returns undefined for other text. */
export function decimal(text: string): number | undefined {
  const sign = text.charCodeAt(0);
  let at = sign === 45 || sign === 43 ? 1 : 0;
  let digits = 0;
  let scale = 0;
  let value = 0;
  // Lines have no longer numbers, and no engine could represent them.
  if (text.length > 40) return undefined;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 46 && !scale) scale = 1;
    else if (c < 48 || c > 57) return undefined;
    else {
      value = value * 10 + c - 48;
      scale *= 10;
      digits++;
    }
  }
  if (!digits) return undefined;
  if (scale) value = value / scale;
  return sign === 45 ? -value : value;
}

/** Whether a line begins with a text. Uses `slice`: Espruino's `indexOf` finds the beginning of a longer text at the end of a line. */
export function begins(line: string, text: string): boolean {
  return line.slice(0, text.length) === text;
}

/** Returns a field after the colon, without its quotes; the first is 0. Returns "" for a missing field: check `countFields`. */
export function fieldOf(line: string, index: number): string {
  let at = line.indexOf(':') + 1;
  for (;;) {
    while (line.charAt(at) === ' ') at++;
    const quoted = line.charAt(at) === '"';
    const close = quoted ? line.indexOf('"', at + 1) : -1;
    const comma = line.indexOf(',', close < 0 ? at : close);
    if (index === 0) {
      if (close >= 0) return line.slice(at + 1, close);
      return line.slice(at, comma < 0 ? line.length : comma);
    }
    if (comma < 0) return '';
    at = comma + 1;
    index--;
  }
}

/** Counts the fields. */
export function countFields(line: string): number {
  let count = 1;
  let quoted = false;
  for (let at = line.indexOf(':') + 1; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c === 34) quoted = !quoted;
    else if (c === 44 && !quoted) count++;
  }
  return count;
}

export function numberOf(line: string, index: number): number | undefined {
  return decimal(fieldOf(line, index));
}

/** Parses a hexadecimal number. Returns undefined for other text. */
export function hexOf(line: string, index: number): number | undefined {
  const text = fieldOf(line, index);
  let value = 0;
  if (!text.length || text.length > 8) return undefined;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    const digit = c < 58 ? c - 48 : (c & 0xdf) - 55;
    if (!(digit >= 0 && digit < 16) || (c > 57 && digit < 10)) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

/** Returns a number if it is from `low` to `high`; otherwise undefined. */
export function within(value: number | undefined, low: number, high: number): number | undefined {
  return value !== undefined && value >= low && value <= high ? value : undefined;
}

/** Appends received data: one byte in each character. */
export function addPiece(l: Lines, piece: string): void {
  l._in = l._in + piece;
}

/** Number of bytes of a datagram that follow a line, as announced by BG96's +QIRD and +QIURC. */
function announced(line: string): number {
  let count: number | undefined = 0;
  if (begins(line, '+QIRD: ')) {
    // Three numbers are counters; in a data line the second field is absent or the sender.
    if (line.indexOf(',') < 0 || line.indexOf('"') > 0) count = numberOf(line, 0);
  } else if (begins(line, '+QIURC: "recv",') && countFields(line) > 2) count = numberOf(line, 2);
  return within(count, 0, 1500) || 0;
}

/** Consumes a datagram of ESP-AT at the start of the input. Returns true if more input is needed to decide. */
function takeDatagram(l: Lines): boolean {
  const receive = begins(l._in, '+CIPRECVDATA');
  if (!receive && !begins(l._in, '+IPD,')) return false;
  const colon = l._in.indexOf(':');
  const end = l._in.indexOf('\n');
  if (colon < 0 && end < 0) return l._in.length < LONGEST;
  if (colon < 0 || (end >= 0 && end < colon)) return false;
  let at = colon + 1;
  let count: number | undefined = 0;
  if (receive && l._in.charAt(12) === ':') {
    // +CIPRECVDATA:length,"address",port,data
    const first = l._in.indexOf(',', at);
    const second = first < 0 ? -1 : l._in.indexOf(',', first + 1);
    const third = second < 0 ? -1 : l._in.indexOf(',', second + 1);
    if (first < 0 || first + 1 === l._in.length || (l._in.charAt(first + 1) === '"' && third < 0)) return l._in.length < LONGEST && end < 0;
    count = decimal(l._in.slice(at, first));
    at = l._in.charAt(first + 1) === '"' ? third + 1 : first + 1;
  } else {
    // +IPD,length:… or +IPD,link,length,"address",port:… or +CIPRECVDATA,length:…
    const head = ':' + l._in.slice(receive ? 13 : 5, colon);
    // The length is the second number if two precede the address, or if there are only two.
    const fields = countFields(head);
    count = numberOf(head, fields === 2 || fields === 4 ? 1 : 0);
  }
  l._skip = within(count, 0, 1500) || 0;
  l._in = l._in.slice(at);
  return false;
}

/** Returns the next line, without its end; undefined until one is complete. Skips empty lines. */
export function nextLine(l: Lines): string | undefined {
  for (;;) {
    if (l._skip) {
      const taken = Math.min(l._skip, l._in.length);
      l._skip -= taken;
      l._in = l._in.slice(taken);
      if (l._skip) return undefined;
    }
    if (takeDatagram(l)) return undefined;
    if (!l._skip) {
      const end = l._in.indexOf('\n');
      if (end < 0) {
        if (l._in.length > LONGEST) l._in = '';
        return undefined;
      }
      let to = end;
      while (to > 0 && l._in.charAt(to - 1) === '\r') to--;
      // An echo ends with CR alone.
      let from = to;
      while (from > 0 && l._in.charAt(from - 1) !== '\r') from--;
      const line = l._in.slice(from, to);
      l._in = l._in.slice(end + 1);
      l._skip = line ? announced(line) : 0;
      if (line > ' ') return line;
    }
  }
}
