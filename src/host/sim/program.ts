/** Loads the simulator's programs: the library of a board, as `wixt build` makes it, and a program. */
import { existsSync, readFileSync } from 'node:fs';
import { Console } from 'node:console';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Board } from '../../../boards/board';
import { listBoards, readBoard, type BoardFolder } from '../build/boards';
import { appOptions, libraryOptions } from '../build/bundle';
import { compilePlugins } from '../build/compile';
import { toCommonJs } from '../build/modules';
import { generateBundle, scriptOf, writeBundle } from '../build/output';
import { findApp } from '../build/package';
import { inPackage, showPath } from '../build/root';
import type { Compiler } from '../build/share';
import { Problem } from '../problem';
import type { Library } from './library';
import { MODEMS, PLATFORMS } from './platforms';
import type { Surroundings } from './surroundings';

export interface Program {
  board: Board;
  /** The exports of the library. */
  library: Library;
  /** Runs the program. Its import `wixt` is `library`. Throws what the program throws. */
  run(library: Library): void;
}

type Module = Record<string, unknown>;

/** Throws a Problem for a board that cannot be simulated. */
function surroundingsOf(board: Board): Surroundings {
  const emulate = PLATFORMS[board.engine];
  if (MODEMS.includes(board.adapters.udp))
    throw new Problem(`board ${board.name}: its network is behind a modem on a serial port, which the simulator does not have; run the program with --board linux-espruino`, 2);
  if (emulate) return emulate(board);
  throw new Problem(`board ${board.name}: the simulator supports the engines ${Object.keys(PLATFORMS).join(', ')}, but this board has ${board.engine}`, 2);
}

/** Runs a module with the globals of its engine. `own` modules have precedence over the platform's. Returns its exports. */
export function runModule(code: string, file: string, { globals, modules, node }: Surroundings, own: Module = {}): Module {
  const fromNode = createRequire(file);
  const find = (id: string) => {
    for (const known of [own, modules]) if (Object.hasOwn(known, id)) return known[id];
    if (node) return fromNode(id);
    throw new Problem(`${showPath(file)}: the simulated board has no module ${id}`);
  };
  const module = { exports: {} as Module };
  const names = { exports: module.exports, require: find, module, ...globals };
  compileFunction(toCommonJs(code), Object.keys(names), { filename: file })(...Object.values(names));
  return module.exports;
}

/** The folder with the board's bundle: dist/BOARD of the current folder or of the package. Builds it if there is none. */
async function findBundle(board: BoardFolder): Promise<string> {
  const { name } = board.board;
  const folders = [resolve('dist', name), inPackage('dist', name)];
  const found = folders.find((one) => existsSync(join(one, 'wixt.min.js')));
  if (found) return found;
  const isOurs = listBoards().includes(name) && !existsSync(resolve('boards', name, 'board.ts'));
  const folder = folders[isOurs ? 1 : 0]!;
  // Standard output may be JSON lines.
  console.error(`Building the library for ${name} into ${showPath(folder)} ...`);
  await buildBundle(board, folder, isOurs);
  return folder;
}

/**
 * Builds a board's library, and the program that comes with the board, into a folder. With `unchecked` the package's sources are not type-checked
 * again. Throws a Problem that says what to fix.
 */
export async function buildBundle(board: BoardFolder, folder: string, unchecked: boolean): Promise<void> {
  const compiler: Compiler = (options) => compilePlugins(unchecked ? { ...options, unchecked } : options);
  await writeBundle(libraryOptions(board, folder, compiler));
  const app = findApp(board.folder);
  if (app) await writeBundle(appOptions(board, app, folder, compiler));
}

/** Programs of wixt that --app or --board names, all for the board `host`. */
const SHIPPED: Record<string, string> = { conformance: inPackage('boards', 'host', 'conformance.ts') };

async function buildProgram(board: BoardFolder, wish: string): Promise<{ code: string; file: string }> {
  const file = Object.hasOwn(SHIPPED, wish) && !existsSync(resolve(wish)) ? SHIPPED[wish]! : resolve(wish);
  if (!existsSync(file)) throw new Problem(`--app ${wish}: there is no such file`, 2);
  if (!/\.[tj]s$/.test(file)) throw new Problem(`--app ${wish}: the program must be a TypeScript file (.ts)`, 2);
  const { code } = scriptOf(await generateBundle(appOptions(board, file, inPackage('dist', 'sim'))));
  return { code, file };
}

/**
 * Loads a board's library and its program, or builds `app`. With `quiet` the program's output goes to standard error. Throws a Problem that says what
 * to fix.
 */
export async function loadProgram(name: string, app: string | undefined, quiet = false): Promise<Program> {
  if (Object.hasOwn(SHIPPED, name)) {
    if (app !== undefined) throw new Problem(`--board ${name} has its own program: leave out --app, or name another board`, 2);
    app = name;
    name = 'host';
  }
  const board = await readBoard(name);
  const around = surroundingsOf(board.board);
  const folder = await findBundle(board);
  const bundle = join(folder, 'wixt.min.js');
  const built = join(folder, 'app.min.js');
  if (app === undefined && !existsSync(built))
    throw new Problem(`there is no program beside ${showPath(bundle)}: name one with --app, or build it with wixt build --board ${board.board.name}`);
  const { code, file } = app === undefined ? { code: readFileSync(built, 'utf8'), file: built } : await buildProgram(board, app);
  const library = runModule(readFileSync(bundle, 'utf8'), bundle, around) as unknown as Library;
  return {
    board: board.board,
    library,
    run(wixt) {
      const globals = quiet ? { ...around.globals, console: new Console(process.stderr) } : around.globals;
      runModule(code, file, { ...around, globals }, { wixt });
    },
  };
}
