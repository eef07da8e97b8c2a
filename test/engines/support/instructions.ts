/** Instructions that Espruino needs for a request, counted by callgrind: the same each time, whatever else the machine does. */
import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBoard } from '../../../src/host/build/boards';
import { bootOptions } from '../../../src/host/build/bundle';
import { buildCode } from './bundle';
import { buildParts } from './device';
import { boot, findEngine } from './espruino';
import { patient } from '../../support/patience';

/** What `E.getConsole()` is in C. */
const MARK = 'jswrap_espruino_getConsole';

/** Datagrams that come in and go out while work is done, where it is not one each. */
const DATAGRAMS: Record<string, string[]> = {
  'Register, out': ['out'],
  'Register, answered': ['in'],
  Notify: ['out'],
  'Notify, acknowledged': ['in'],
  'poll, nothing due': [],
};

/** The program as the board would run it: as a module, or as a boot script with overlays. */
async function buildProgram(name: string): Promise<Record<string, string>> {
  if (!(await readBoard(name)).board.features.overlays) return { count: await buildCode(name, 'test/engines/instructions'), '.bootcde': 'require("count").begin();quit()' };
  const { code, overlays } = await buildParts(name, 'test/engines/instructions/boot.ts', (...given) => bootOptions(...given)!);
  return { ...overlays, '.bootcde': code };
}

/**
 * Name of the work → instructions (x86), for the library of a board; or why they cannot be counted. `ESPRUINO_MM` may name a build
 * whose Storage is mapped into memory, as a board's is; other builds for Linux open a file for each piece of code that they read, and
 * need a quarter more.
 */
export async function countInstructions(board = 'linux-espruino'): Promise<Record<string, number> | string> {
  if (spawnSync('valgrind', ['--version']).status !== 0) return 'no valgrind';
  const mapped = process.env.ESPRUINO_MM;
  const engine = mapped ? { binary: mapped } : await findEngine();
  if (typeof engine === 'string') return engine;
  const storage = await buildProgram(board);
  const folder = mkdtempSync(join(tmpdir(), 'wixt-callgrind-'));
  try {
    const under = ['valgrind', '--tool=callgrind', `--callgrind-out-file=${join(folder, 'out')}`, `--dump-before=${MARK}`];
    const espruino = await boot(engine, { storage, under });
    const timer = setTimeout(() => void espruino.stop(), patient(240000));
    await espruino.ended;
    clearTimeout(timer);
    const names = [...espruino.output.matchAll(/^\+(.*) \d+$/gm)].map((match) => match[1]!);
    const sums = readdirSync(folder)
      .map((name) => ({ number: Number(/^out\.(\d+)$/.exec(name)?.[1] ?? 0), name }))
      .filter(({ number }) => number)
      .sort((a, b) => a.number - b.number)
      .map(({ name }) => Number(/^(?:totals|summary): (\d+)/m.exec(readFileSync(join(folder, name), 'utf8'))?.[1]));
    if (!names.includes('nothing') || sums.length !== names.length) return `the count failed: ${names.length} marks, ${sums.length} sums; ${espruino.output.slice(-500)}`;
    // Between two marks there is the mark itself; and handing datagrams over is not the client's work.
    const nothing = sums[names.indexOf('nothing')]!;
    const own = (name: string) => sums[names.indexOf(name)]! - nothing;
    const works = names.filter((name) => name && !['nothing', 'in', 'out'].includes(name));
    return Object.fromEntries(works.map((name) => [name, own(name) - (DATAGRAMS[name] ?? ['in', 'out']).reduce((sum, one) => sum + own(one), 0)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
