/** The test device (test/engines/live/app.ts) on an Espruino: what a board would run, from Storage. */
import { existsSync, readFileSync } from 'node:fs';
import type { OutputAsset } from 'rollup';
import { readBoard } from '../../../src/host/build/boards';
import { appOptions, bootOptions } from '../../../src/host/build/bundle';
import { generateBundle, scriptOf, type Output } from '../../../src/host/build/output';
import { inPackage } from '../../../src/host/build/root';
import { boot, findEngine, type Engine, type Espruino } from './espruino';

/** A program for a board: its code, and the modules that are loaded by it, by their names in Storage. Throws a Problem when it cannot be built. */
export async function buildParts(board: string, file: string, make: typeof appOptions): Promise<{ code: string; overlays: Record<string, string> }> {
  return partsOf(await generateBundle(make(await readBoard(board), inPackage(file), 'unwritten')));
}

/** The script of a bundle, and its overlays by their names in Storage. */
export function partsOf(output: Output): { code: string; overlays: Record<string, string> } {
  const overlays = output.filter((part): part is OutputAsset => part.type === 'asset' && /^wixt\d+\.js$/.test(part.fileName));
  return { code: scriptOf(output).code, overlays: Object.fromEntries(overlays.map(({ fileName, source }) => [fileName.replace('.js', ''), source as string])) };
}

/** The code of a program for a board that has no overlays. Throws a Problem when it cannot be built. */
export async function buildApp(board: string, file: string): Promise<string> {
  return (await buildParts(board, file, appOptions)).code;
}

/** The code of a program and its library as one script, which has no overlays. Throws a Problem when it cannot be built. */
export async function buildBoot(board: string, file: string): Promise<string> {
  return (await buildParts(board, file, (...given) => bootOptions(...given)!)).code;
}

/** The bundle that `npm run build` made for a board. */
export function readBundle(board: string): string {
  const file = inPackage('dist', board, 'wixt.min.js');
  if (!existsSync(file)) throw new Error(`there is no dist/${board}/wixt.min.js: npm run build`);
  return readFileSync(file, 'latin1');
}

export interface DeviceOptions {
  board: string;
  /** coap://ADDRESS:PORT; Espruino on Linux looks up no names. */
  server: string;
  endpoint: string;
  /** Seconds. */
  lifetime?: number;
  /** What the board's `connect` wants besides. */
  more?: object;
  /** An engine other than the one with the board's number of variables. */
  engine?: Engine;
  /** Library and program as one script, wherever there is room for the library as a module, too. */
  script?: boolean;
  /** What the board runs before the program. */
  before?: string;
  /** As for `boot`. */
  remote?: boolean;
  env?: Record<string, string>;
}

/** A running device; it reports as in `Running`. */
export class RunningDevice {
  readonly espruino: Espruino;
  readonly engine: Engine;

  constructor(espruino: Espruino, engine: Engine) {
    this.espruino = espruino;
    this.engine = engine;
  }

  mark(): number {
    return this.espruino.mark();
  }

  event(name: string, since?: number, limit?: number): Promise<string> {
    return this.espruino.event(name, since, limit);
  }

  usage(when: string, since?: number): Promise<number> {
    return this.espruino.usage(when, since);
  }

  get complaints(): string[] {
    return this.espruino.complaints;
  }

  stop(): Promise<void> {
    return this.espruino.stop();
  }
}

/** What a board has in its Storage, but for the settings, and the engine that runs it; a sentence when there is no engine for it. */
export interface Prepared {
  engine: Engine;
  storage: Record<string, string> & { '.bootcde': string };
}

/** Builds library and test device for a board. */
export async function prepareEspruino(options: Pick<DeviceOptions, 'board' | 'engine' | 'script'>): Promise<Prepared | string> {
  const { board } = await readBoard(options.board);
  const engine = options.engine ?? (await findEngine(board.variables || undefined, true));
  if (typeof engine === 'string') return engine;
  // Where there is no room for a module, or parts are loaded when they are needed, library and program are one script, as `wixt build` makes it for boot code.
  const single = options.script || board.variables < 2000 || board.features.overlays;
  const { code, overlays } = await buildParts(options.board, 'test/engines/live/app.ts', single ? (...given) => bootOptions(...given)! : appOptions);
  return { engine, storage: { ...(!single && { wixt: readBundle(options.board) }), ...overlays, '.bootcde': code } };
}

/** Boots a board with its bundle and the test device; a sentence when there is no engine for it. The caller stops it. */
export async function startEspruino(options: DeviceOptions, prepared?: Prepared): Promise<RunningDevice | string> {
  const found = prepared ?? (await prepareEspruino(options));
  if (typeof found === 'string') return found;
  const { engine, storage } = found;
  const settings = JSON.stringify({ endpoint: options.endpoint, server: options.server, lifetime: options.lifetime ?? 300, ...options.more });
  const files = { ...storage, '.bootcde': (options.before ?? '') + storage['.bootcde'], settings };
  return new RunningDevice(await boot(engine, { storage: files, remote: options.remote, env: options.env }), engine);
}
