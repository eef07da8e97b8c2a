/** `wixt flash`: builds a program and writes it to the board with the tools of its engine. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBoard } from '../build/boards';
import { buildBoard, type BuiltFile } from '../build/build';
import { Problem } from '../problem';
import { showPath } from '../build/root';
import { flashEspruino } from './espruino';
import { flashKaluma } from './kaluma';
import { checkPort, needPort } from './port';

export interface FlashOptions {
  board: string;
  port?: string;
  app?: string;
  baud: number;
  /** Library and program as two files, for other programs that require("wixt"). */
  module?: boolean;
}

/** Throws a Problem that says what went wrong. */
export async function runFlash(options: FlashOptions): Promise<void> {
  const { board, folder } = await readBoard(options.board);
  if (board.engine !== 'espruino' && board.engine !== 'kaluma') return console.log(describeSteps(board.name, folder));
  const tool = board.engine === 'kaluma' ? '@kaluma/cli' : 'espruino';
  const port = await needPort(options.port, tool);
  // Before the build, which takes a while.
  await checkPort(port, tool);
  console.log(`building for ${board.name}`);
  const { files } = await buildBoard({ board: options.board, app: options.app });
  const find = (name: string) => files.find(({ path }) => path.endsWith(name)) as BuiltFile;
  if (board.engine === 'kaluma') return flashKaluma({ board, program: find('boot.min.js').path, port, baud: options.baud });
  const modules = (wanted: (file: BuiltFile) => unknown) => Object.fromEntries(files.filter(wanted).map(({ module, path }) => [module, path]));
  const programs: Record<string, string> = options.module
    ? { wixt: find('wixt.min.js').path, ...modules(({ required }) => required), '.bootcde': find('app.min.js').path }
    : { ...modules(({ module }) => module), '.bootcde': find('boot.min.js').path };
  await flashEspruino({ board, programs, port, baud: options.baud });
}

/** The manual steps for a board: lines of its README. */
export function describeSteps(name: string, folder: string): string {
  const readme = join(folder, 'README.md');
  const lines = existsSync(readme) ? readFileSync(readme, 'utf8').split(/\n(?=- )/) : [];
  const steps = lines.filter((line) => /^- \*\*(Set up|Flash|Program|Your own program)/.test(line)).map((line) => line.split(/\n\n|\n#/)[0]!.trimEnd());
  if (!steps.length) throw new Problem(`wixt cannot flash ${name}, and ${showPath(readme)} does not say how it is done`);
  return [`wixt does not flash ${name} itself. Do this:`, ...steps].join('\n');
}
