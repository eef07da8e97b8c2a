/**
 * Espruino's Storage as Store. A power cut must not hit the creation of a file: a torn length in its header makes Espruino erase all of
 * Storage at the next start ("Storage is corrupt."). So one file is created once, and each change is appended as a line: all keys with a
 * checksum. The last complete line counts. When the file is full, a second one with a higher number replaces it.
 */
import { erase, read as readFile, write as writeFile } from 'Storage';
import type { Store } from '../../src/device/hal/store';

interface Log {
  /** The newest of the two files; 0 when there is none yet. Odd ones are called wixt.1, even ones wixt.0. */
  _number: number;
  /** Start of its unwritten end: a multiple of 8, as some flash is written 8 bytes at a time. */
  _end: number;
  _values: { [key: string]: string };
}

const NAME = 'wixt.';
/** Bytes of a file: room for about eight changes. */
const SIZE = 1024;
const BLANK = '\xff\xff\xff\xff\xff\xff\xff\xff';

function checksum(text: string): string {
  return ('0000000' + (E.CRC32(text) >>> 0).toString(16)).slice(-8);
}

function readLog(): Log {
  const log: Log = { _number: 0, _end: 0, _values: {} };
  for (let i = 0; i < 2; i++) {
    const text = readFile(NAME + i) || '';
    let end = text.length;
    while (end && text.slice(end - 8, end) === BLANK) end -= 8;
    let from = 0;
    while (from < end) {
      let to = text.indexOf('\n', from);
      if (to < 0) to = end;
      const line = text.slice(from + 8, to);
      if (line && checksum(line) === text.slice(from, from + 8)) {
        const found = JSON.parse(line);
        if (found[0] >= log._number) {
          log._number = found[0];
          log._values = found[1];
          log._end = end;
        }
      }
      from = to + 1;
    }
  }
  return log;
}

/** Returns a line of a log, after a line break that ends a torn line before it. */
function formatLog(log: Log): string {
  const line = JSON.stringify([log._number, log._values]);
  let text = '\n' + checksum(line) + line + '\n';
  while (text.length % 8) text += '\n';
  return text;
}

function change(key: string, value?: string): void {
  const log = readLog();
  const old = log._number;
  if (log._values[key] === value) return;
  if (value === undefined) delete log._values[key];
  else log._values[key] = value;
  let text = formatLog(log);
  if (old && log._end + text.length <= SIZE) writeFile(NAME + (old % 2), text, log._end);
  else {
    log._number++;
    text = formatLog(log);
    writeFile(NAME + (log._number % 2), text, 0, Math.max(SIZE, text.length));
    // Only now that the new one exists.
    if (old) erase(NAME + (old % 2));
  }
}

/** Returns the value of a key (up to 8 letters and digits), or undefined. */
export function read(key: string): string | undefined {
  return readLog()._values[key];
}

/** Stores a value: characters up to 255. It is in flash when this returns. Throws without a change when Storage is full. */
export function write(key: string, value: string): void {
  change(key, value);
}

/** Deletes a key; an absent key is no error. The module exports it as `delete` too, the word of a Store. */
export function remove(key: string): void {
  change(key);
}

export { remove as delete };

/** Returns these functions as a Store, which `firmwareUpdate` takes. */
export function openStore(): Store {
  return { read: read, write: write, delete: remove };
}
