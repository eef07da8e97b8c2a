/** The bundle of the device core that tests run on: WIXT_CORE=bundle. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBoard } from '../../src/host/build/boards';
import { libraryOptions, NAMES_FILE } from '../../src/host/build/bundle';
import { CALLS_FILE } from '../../src/host/build/calls';
import { generateBundle } from '../../src/host/build/output';
import { inPackage } from '../../src/host/build/root';
import { listSources } from '../../src/host/build/sources';

const OUT = inPackage('dist', 'test');
const FILE = join(OUT, 'wixt.min.js');
const KEY = join(OUT, 'key');

/** Changes when the bundle would. */
function keyOfSources(): string {
  const hash = createHash('sha256');
  const files = ['src/device', 'test/bundle', 'src/host/build', 'boards/host'].flatMap((folder) => listSources(inPackage(...folder.split('/'))));
  for (const file of [...files, NAMES_FILE, CALLS_FILE]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

const isFresh = (key: string): boolean => existsSync(KEY) && existsSync(FILE) && readFileSync(KEY, 'utf8') === key;

/** Builds dist/test/wixt.min.js by the chain of the board `host`, unless it is there already. Returns its path. */
export async function buildTestBundle(): Promise<string> {
  const key = keyOfSources();
  const lock = join(OUT, 'lock');
  mkdirSync(OUT, { recursive: true });
  for (;;) {
    if (isFresh(key)) return FILE;
    try {
      mkdirSync(lock);
      break;
    } catch {
      // Test files run side by side: one of them builds, the others wait. A lock that is old was left by a process that died.
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 120_000) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    const { board } = await readBoard(inPackage('boards', 'host', 'board.ts'));
    const options = libraryOptions({ board, folder: inPackage('test', 'bundle') }, OUT);
    for (const file of await generateBundle(options)) {
      const text = file.type === 'chunk' ? file.code : file.source;
      writeFileSync(join(OUT, file.fileName + '.new'), text);
      renameSync(join(OUT, file.fileName + '.new'), join(OUT, file.fileName));
    }
    writeFileSync(KEY, key);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  return FILE;
}
