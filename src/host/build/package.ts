/** The rollup configurations of this package, for `npm run build`. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RollupOptions } from 'rollup';
import { listBoards, readBoard } from './boards';
import { appOptions, bootOptions, libraryOptions, NAMES_FILE } from './bundle';
import { compile, compilePlugins } from './compile';
import { inPackage, showPath } from './root';
import { shareCompiler } from './share';
import { listSources, updateNames } from './sources';

/** The default program of a board: its own app.ts, or the one shared by all boards. Undefined if there is none. */
export function findApp(folder: string): string | undefined {
  return [join(folder, 'app.ts'), inPackage('boards', 'app.ts')].find((file) => existsSync(file));
}

/** Configurations for the named boards, or all, then for the host side. A board without main.ts is skipped with a message. */
export async function packageConfigs(boards: readonly string[] = listBoards()): Promise<RollupOptions[]> {
  updateNames(NAMES_FILE);
  const compiler = shareCompiler();
  const configs: RollupOptions[] = [];
  for (const name of boards) {
    const board = await readBoard(name);
    const out = inPackage('dist', name);
    if (!existsSync(join(board.folder, 'main.ts'))) {
      console.log(`${showPath(board.folder)}: left out, it has no main.ts yet`);
      continue;
    }
    configs.push(libraryOptions(board, out, compiler));
    const app = findApp(board.folder);
    if (app) {
      configs.push(appOptions(board, app, out, compiler));
      const boot = bootOptions(board, app, out, compiler);
      if (boot) configs.push(boot);
    }
  }
  return [...configs, hostOptions()];
}

/** The public modules of the device: the `exports` of package.json, except the server. */
const DEVICE_FILES = [
  'src/device/index.ts', 'src/device/objects/index.ts', 'src/device/coap/index.ts', 'src/compat/index.ts', 'boards/board.ts', 'boards/host/main.ts', 'boards/config.ts',
  'boards/adapters/store-node.ts',
  ...listSources(inPackage('boards', 'sensors')).map((file) => relative(inPackage(), file)),
  ...['i2c', 'onewire', 'pin'].map((io) => `boards/adapters/${io}-node.ts`),
];

/** Writes dist/types, which editors need, if it is absent, as in a clone that was never fully built. Returns whether it wrote. */
export function writeDeclarations(announce: () => void): boolean {
  const declarations = inPackage('dist', 'types');
  if (existsSync(join(declarations, 'boards', 'host', 'main.d.ts'))) return false;
  announce();
  compile({ files: DEVICE_FILES.map((file) => inPackage(file)), types: ['@types/node'], target: 'es2022', rules: 'package', unchecked: true, declarations });
  return true;
}

/**
 * dist/lib: the command line and its modules, for Node, with dependencies left outside; dist/types: declarations of everything. `npm test` checks the
 * types.
 */
function hostOptions(): RollupOptions {
  const files = ['src/host/cli.ts', 'src/host/index.ts', 'src/host/compat/server.ts', ...DEVICE_FILES];
  const present = files.map((file) => inPackage(file)).filter((file) => existsSync(file));
  const entries = present.filter((file) => file.startsWith(inPackage('src', 'host')));
  return {
    input: entries,
    external: (id) => !/^([./]|[A-Za-z]:[\\/])/.test(id),
    plugins: compilePlugins({
      files: present,
      types: ['@types/node'],
      target: 'es2022',
      rules: 'package',
      unchecked: true,
      declarations: inPackage('dist', 'types'),
    }),
    output: {
      dir: inPackage('dist'),
      format: 'es',
      entryFileNames: 'lib/[name].js',
      chunkFileNames: 'lib/[name].js',
    },
  };
}
