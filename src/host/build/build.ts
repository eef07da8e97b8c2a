/** Builds for one board: the work of `wixt build`. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RollupOptions } from 'rollup';
import { Problem } from '../problem';
import { readBoard, type BoardFolder } from './boards';
import { appOptions, bootOptions, libraryOptions } from './bundle';
import { collectModules } from './external';
import { writeBundle } from './output';
import { findApp } from './package';
import { inPackage } from './root';
import { shareCompiler } from './share';
import { countTokens, storedBytes } from './storage';

export interface BuildRequest {
  board: string;
  /** The user's program. Default: app.ts or src/app.ts of the current folder, else the board's own. */
  app?: string;
  /** The output folder. Default: dist/BOARD of the current folder. */
  out?: string;
}

/** A written file. Sizes are in bytes. */
export interface BuiltFile {
  path: string;
  bytes: number;
  gzip: number;
  /** The file's name in Storage, if a boot script loads it from there. */
  module?: string;
  /** The program requires it as a module, with or without a boot script. */
  required?: boolean;
  /** For a boot script and the files it loads: bytes of Storage, as `wixt flash` writes them. */
  stored?: number;
}

export interface BuildResult {
  board: BoardFolder['board'];
  files: BuiltFile[];
}

/** Builds library and program. Throws a Problem that says what to fix. */
export async function buildBoard(request: BuildRequest): Promise<BuildResult> {
  const board = await readBoard(request.board);
  const out = resolve(request.out ?? join('dist', board.board.name));
  const app = chooseApp(request.app, board);
  const compiler = shareCompiler();
  const library = libraryOptions(board, out, compiler);
  const program = app && appOptions(board, app, out, compiler);
  const boot = app && bootOptions(board, app, out, compiler);
  const files = await writeFiles(library);
  if (program) {
    files.push(...(await writeFiles(program)));
    if (boot) files.push(...(await writeFiles(boot)));
    if (board.board.engine === 'espruino') files.push(...addModules(app, files, out));
  }
  return { board: board.board, files };
}

/** Adds the modules that a program for Espruino requires, as files for Storage. */
function addModules(app: string, files: BuiltFile[], out: string): BuiltFile[] {
  const scripts = files.filter(({ path }) => /(app|boot)\.min\.js$/.test(path)).map(({ path }) => readFileSync(path, 'utf8'));
  return [...collectModules(app, scripts, out)].map(([module, path]) => {
    const code = readFileSync(path, 'utf8');
    return { path, bytes: code.length, gzip: gzipSync(code, { level: 9 }).length, module, required: true, stored: storedBytes(code.length) };
  });
}

function chooseApp(wish: string | undefined, { folder }: BoardFolder): string | undefined {
  if (wish !== undefined) {
    const file = resolve(wish);
    if (!existsSync(file)) throw new Problem(`--app ${wish}: there is no such file`, 2);
    if (!/\.ts$/.test(file)) throw new Problem(`--app ${wish}: the program must be a TypeScript file (.ts)`, 2);
    return file;
  }
  const own = resolve() === resolve(inPackage()) ? undefined : ['app.ts', 'src/app.ts'].map((name) => resolve(name)).find(existsSync);
  return own ?? findApp(folder);
}

/** Writes a bundle. Returns its code files. */
async function writeFiles(options: RollupOptions): Promise<BuiltFile[]> {
  const { dir } = options.output as { dir: string };
  return (await writeBundle(options)).flatMap((file) => {
    const code = file.type === 'chunk' ? file.code : /\.js$/.test(file.fileName) ? String(file.source) : undefined;
    if (code === undefined) return [];
    const module = file.type === 'asset' ? { module: basename(file.fileName, '.js') } : {};
    const stored = file.type === 'asset' || file.fileName === 'boot.min.js' ? { stored: storedBytes(countTokens(code)) } : {};
    return [{ path: join(dir, file.fileName), bytes: code.length, gzip: gzipSync(code, { level: 9 }).length, ...module, ...stored }];
  });
}
