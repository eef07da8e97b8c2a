/** Finds and reads board files: those of the package and those of a user's project. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { rollup, type Plugin } from 'rollup';
import ts from 'typescript';
import { mergeBoard, validateBoard, type Board, type OwnBoard } from '../../../boards/board';
import { findAdapterFaults } from './adapters';
import { ENGINES } from './engines';
import { Problem } from '../problem';
import { inPackage, showPath } from './root';

/** A board and the folder with its main.ts: its own folder, or that of the board it is based on. */
export interface BoardFolder {
  board: Board;
  folder: string;
}

/** Names of the boards in a folder of boards, sorted. */
export function listBoards(folder: string = inPackage('boards')): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'board.ts'))).sort();
}

/**
 * Reads a board by name (boards/NAME of the current folder, then of the package) or by the path of its folder or file. Throws a Problem if the board
 * is absent or invalid.
 */
export async function readBoard(name: string): Promise<BoardFolder> {
  const own = findFolder(name);
  const file = join(own, 'board.ts');
  const data = (await importData(file)) as Board | OwnBoard;
  const base = isOwn(data) ? await readBase(data.base, file) : undefined;
  const board = base ? mergeBoard(base.board, data as OwnBoard) : (data as Board);
  const folder = base && !existsSync(join(own, 'main.ts')) ? base.folder : own;
  const problems = validateBoard(board);
  if (!problems.length && !Object.hasOwn(ENGINES, board.engine))
    problems.push(`engine: ${board.engine} is none that wixt knows; there are ${Object.keys(ENGINES).join(', ')}`);
  if (!problems.length) problems.push(...findAdapterFaults(board, own, folder === own ? undefined : base?.board));
  if (!problems.length && board.name !== basename(own)) problems.push(`name: ${board.name} stands in a folder ${basename(own)}`);
  if (problems.length) throw new Problem(problems.map((problem) => `${showPath(file)}: ${problem}`));
  return { board, folder };
}

function isOwn(data: unknown): data is OwnBoard {
  return typeof data === 'object' && data !== null && 'base' in data;
}

function readBase(name: unknown, file: string): Promise<BoardFolder> {
  if (typeof name === 'string' && listBoards().includes(name)) return readBoard(inPackage('boards', name));
  throw new Problem(`${showPath(file)}: base: ${name} is no board of wixt; there are ${listBoards().join(', ')}`);
}

function findFolder(name: string): string {
  if (/[\\/]/.test(name) || /\.ts$/.test(name)) {
    const path = resolve(name);
    const folder = /\.ts$/.test(path) ? dirname(path) : path;
    if (existsSync(join(folder, 'board.ts'))) return folder;
    throw new Problem(`--board ${name}: there is no ${showPath(join(folder, 'board.ts'))}`, 2);
  }
  for (const folder of [resolve('boards', name), inPackage('boards', name)]) if (existsSync(join(folder, 'board.ts'))) return folder;
  const names = [...new Set([...listBoards(resolve('boards')), ...listBoards()])].sort();
  throw new Problem(`unknown board ${name}; there are ${names.join(', ')}`, 2);
}

/** Imports a TypeScript module that contains data, with its imports, and returns the default export. Types are not checked. */
async function importData(file: string): Promise<unknown> {
  const bundle = await rollup({ input: file, external: (id) => !/^[./]/.test(id), plugins: [transpile()], onLog: () => {} }).catch(
    (error: Error) => {
      throw new Problem(`${showPath(file)}: ${error.message.replace(/^\[plugin [^\]]*\] (\S+: )?/, '').replace(/\s*\n\s*/g, ' ')}`);
    },
  );
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  try {
    return (await import('data:text/javascript,' + encodeURIComponent(output[0].code))).default;
  } catch (error) {
    const { message } = error as Error;
    const [, missing] = /^Failed to resolve module specifier "([^"]*)"/.exec(message) ?? [];
    throw new Problem(`${showPath(file)}: ${missing ? `it imports ${missing}: a board file is data, and imports files beside it at most` : message}`);
  }
}

/** Strips types, and resolves './x' to `./x.ts`. */
function transpile(): Plugin {
  return {
    name: 'wixt-transpile',
    resolveId(id, importer) {
      if (!importer || !/^[./]/.test(id)) return null;
      return [id, id + '.ts', id + '/index.ts'].map((one) => resolve(dirname(importer), one)).find((path) => /\.ts$/.test(path) && existsSync(path));
    },
    transform(code) {
      const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
      const { outputText, diagnostics } = ts.transpileModule(code, { compilerOptions: options, reportDiagnostics: true });
      const [first] = diagnostics ?? [];
      if (first) {
        const line = first.file!.getLineAndCharacterOfPosition(first.start!).line + 1;
        throw new Error(`line ${line}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
      }
      return { code: outputText, map: null };
    },
  };
}
