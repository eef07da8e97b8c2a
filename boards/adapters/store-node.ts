/**
 * A folder as Store, a file for each key: `wixt-store` in the current folder, or the one that WIXT_STORE names. A file is written beside
 * the old one, brought to the disk, and then takes its name (POSIX: rename is atomic), so that a power cut leaves one of the two.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'fs';
import { join } from 'path';
import type { Store } from '../../src/device/hal/store';

function pathOf(key: string): string {
  if (!/^[a-z0-9]{1,8}$/i.test(key)) throw new Error(`a key of a store has up to 8 letters and digits: ${key}`);
  return join(process.env.WIXT_STORE || 'wixt-store', key);
}

/** Writes a folder's directory to the disk. Windows has no such call, and does it by itself. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(join(path, '..'), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Returns the value of a key (up to 8 letters and digits), or undefined. Throws when the folder cannot be read. */
export function read(key: string): string | undefined {
  const path = pathOf(key);
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Stores a value: characters up to 255. It is on the disk when this returns. Throws without a change when the disk is full or the folder cannot be written. */
export function write(key: string, value: string): void {
  const path = pathOf(key);
  if (read(key) === value) return;
  mkdirSync(join(path, '..'), { recursive: true });
  const file = openSync(path + '.new', 'w');
  try {
    writeSync(file, Buffer.from(value, 'latin1'));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(path + '.new', path);
  syncFolder(path);
}

/** Deletes a key; an absent key is no error. The module exports it as `delete` too, the word of a Store. */
export function remove(key: string): void {
  const path = pathOf(key);
  if (read(key) === undefined) return;
  rmSync(path);
  syncFolder(path);
}

export { remove as delete };

/** Returns these functions as a Store, which `firmwareUpdate` takes. */
export function openStore(): Store {
  return { read, write, delete: remove };
}
