/** A person's project in a folder of its own: a board that is no board of ours, and programs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { buildBoard } from '../../../../src/host/build/build';
import { inPackage } from '../../../../src/host/build/root';
import { Problem } from '../../../../src/host/problem';

export interface Project {
  folder: string;
  /** Writes a file; `@/` in its imports is the package. */
  write(name: string, text: string): string;
  /** Builds the board `toy` and returns the texts of the two bundles. */
  build(app?: string): Promise<{ library: string; app: string }>;
  /** The lines of the Problem that building ends with. */
  fail(app?: string): Promise<string[]>;
}

const BOARD = `export default { name: 'toy', title: 'a toy', engine: 'espruino', variables: 1000, storage: 8192, limits: {}, features: {}, objects: [], adapters: {} };\n`;

export function makeProject(t: ExecutionContext, board = BOARD): Project {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll("'@/", `'${inPackage()}/`));
    return file;
  };
  write('toy/board.ts', board);
  write('toy/main.ts', 'export function greet(name: string): string { return "hello " + name; }\n');
  write('app.ts', "import { greet } from 'wixt';\nprint(greet('you'));\n");
  const build = async (app = join(folder, 'app.ts')) => {
    const { files } = await buildBoard({ board: join(folder, 'toy'), app, out: join(folder, 'out') });
    const read = (name: string) => readFileSync(files.find(({ path }) => path.endsWith(name))!.path, 'utf8').trim();
    return { library: read('wixt.min.js'), app: read('app.min.js') };
  };
  const fail = async (app?: string) => {
    const problem = await build(app).then(
      () => new Error('it was built'),
      (error) => error,
    );
    if (!(problem instanceof Problem)) throw problem;
    return problem.lines;
  };
  return { folder, write, build, fail };
}
