/** `wixt new`: the files of a project of one's own. */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { Problem } from '../problem';
import type { BoardFolder } from './boards';
import { findDependency } from './dependency';
import { ENGINES } from './engines';

const APP = `/** A thermometer. What a program can do more: node_modules/wixt/README.md */
import { connect } from 'wixt';
IMPORTimport { Device, device, measure, sensor, Temperature } from 'wixt/objects';

// What each device must have (LwM2M TS 1.0.2, appendix E.4).
const self = device({ [Device.MANUFACTURER]: 'ACME', [Device.MODEL_NUMBER]: 'T-1', [Device.SERIAL_NUMBER]: '0001' }, RESTART);

const temperature = sensor(Temperature.model(), {
  0: { [Temperature.SENSOR_VALUE]: 20, [Temperature.SENSOR_UNITS]: 'Cel' },
});

COMMENTconst board = connect(OPEN{
  endpoint: 'NAME',
  // The address of your LwM2M server: wixt server starts one.
  server: 'coap://192.168.1.2:5683',
  lifetime: 300,
  objects: [self, temperature],
}CLOSE);

function look(): void {
  // In place of this: what your sensor says.
  measure(board, temperature, 0, 20 + Math.random());
  // Not every engine has setInterval.
  setTimeout(look, 10000);
}

setTimeout(look, 10000);
`;

/** What stands in the program of a board that has a store, which may say what differs between devices. */
const CONFIGURED = {
  IMPORT: "import { configure } from 'wixt/config';\n",
  COMMENT: '// What the store of a device says (wixt provision) comes before what stands here.\n',
  OPEN: 'configure(',
  CLOSE: ')',
};

const README = `# NAME

An LwM2M device on BOARD, made with [wixt](node_modules/wixt/README.md).

- \`npm install\`, then \`npm run build\`: \`dist/BOARD\` has library and program.
- \`npx wixt flash --board BOARD --port PORT --app app.ts\` puts them on the board, or says how it is done.
- \`npm run size\`: how large the library is, and why.
- A smaller library: \`boards/mine/board.ts\` with \`export default { name: 'mine', base: 'BOARD', features: { discover: false } }\`, then
  \`npx wixt build --board mine --app app.ts\`.
- \`npx wixt sim --app app.ts\`: the same program on this computer.
`;

/** The texts of the project's files by name. */
export function projectFiles(name: string, { board }: BoardFolder): Record<string, string> {
  const node = ENGINES[board.engine].node;
  const restart = board.engine === 'espruino' ? '{ onReboot: () => E.reboot() }' : '{}';
  const fill = (text: string) => text.replaceAll('NAME', name).replaceAll('BOARD', board.name);
  const app = Object.entries(CONFIGURED).reduce((text, [mark, words]) => text.replace(mark, board.adapters.store ? words : ''), APP).replace('RESTART', () => restart);
  const json = (value: object) => JSON.stringify(value, null, 2) + '\n';
  return {
    'package.json': json({
      name,
      version: '0.0.0',
      private: true,
      scripts: { build: `wixt build --board ${board.name} --app app.ts`, size: `wixt size --board ${board.name}` },
      dependencies: { wixt: findDependency() },
    }),
    // For editors; the build brings its own settings, and takes over how strict this is.
    'tsconfig.json': json({
      compilerOptions: {
        target: node ? 'es2022' : 'es5',
        ...(!node && { ignoreDeprecations: '5.0' }),
        lib: [node ? 'es2023' : 'es5'],
        types: node ? ['node'] : board.engine === 'espruino' ? ['espruino'] : [],
        module: 'esnext',
        moduleResolution: 'bundler',
        strict: true,
        noEmit: true,
        skipLibCheck: true,
      },
      include: ['*.ts', ...ENGINES[board.engine].types.filter((file) => file.endsWith('.d.ts')).map((file) => `node_modules/wixt/${file}`)],
    }),
    'app.ts': fill(app),
    'README.md': fill(README),
    '.gitignore': 'node_modules/\ndist/\n',
  };
}

/** Why npm or wixt would not take a name for a package of one's own; undefined for one that is good. */
function findNameFault(name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) return 'lower-case letters, digits, - . and _';
  if (name.length > 64) return 'it has more than 64 characters';
  if (name === 'wixt') return 'the project depends on the package wixt, and would be it';
  if (name === 'node_modules' || name === 'favicon.ico') return 'npm keeps that name for itself';
  if (builtinModules.includes(name)) return 'a module of Node has it';
  return undefined;
}

/** Writes a project. Throws a Problem when there is something in the way. Returns the names of the files. */
export function createProject(folder: string, board: BoardFolder): string[] {
  const path = resolve(folder);
  const name = basename(path);
  const fault = findNameFault(name);
  if (fault) throw new Problem(`${name || folder} cannot be the name of a project: ${fault}`, 2);
  if (existsSync(path) && !statSync(path).isDirectory()) throw new Problem(`${folder} is there already, and no folder: choose another name`);
  if (existsSync(path) && readdirSync(path).length) throw new Problem(`${folder} is there already, and not empty`);
  const files = projectFiles(name, board);
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new Problem(`${folder} cannot be made: ${(error as Error).message.replace(/^\w+: /, '').replace(/, mkdir.*$/, '')}`);
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return Object.keys(files);
}
