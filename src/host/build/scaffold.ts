/** `wixt new`: the files of a new project. */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem } from '../problem';
import type { BoardFolder } from './boards';
import { findDependency } from './dependency';
import { ENGINES } from './engines';
import { MODEMS, PLATFORMS } from '../sim/platforms';

const APP = `/** A thermometer that any LwM2M server can read and observe. The manual: node_modules/wixt/README.md */
import { connect } from 'wixt';
IMPORTimport { Device, device, measure, sensor, Temperature } from 'wixt/objects';

// Object 3 is mandatory (LwM2M TS 1.0.2, appendix E.4).
const self = device({ [Device.MANUFACTURER]: 'ACME', [Device.MODEL_NUMBER]: 'T-1', [Device.SERIAL_NUMBER]: '0001' }, RESTART);

// Object 3303, a temperature sensor, with one instance.
const temperature = sensor(Temperature.model(), {
  0: { [Temperature.SENSOR_VALUE]: 20, [Temperature.SENSOR_UNITS]: 'Cel' },
});

COMMENTconst board = connect(OPEN{
  endpoint: 'NAME',
  // The address of your LwM2M server. wixt server starts one.
  server: 'coap://192.168.1.2:5683',
  lifetime: 300,
  objects: [self, temperature],
}CLOSE);

function look(): void {
  // Replace this value by a reading of your sensor. Observers are notified.
  measure(board, temperature, 0, 20 + Math.random());
  // Not every engine has setInterval.
  setTimeout(look, 10000);
}

setTimeout(look, 10000);
`;

/** Added to the program for boards with a store, where each device may have its own settings. */
const CONFIGURED = {
  IMPORT: "import { configure } from 'wixt/config';\n",
  COMMENT: '// Settings in the store of a device (wixt provision) replace these.\n',
  OPEN: 'configure(',
  CLOSE: ')',
};

const README = `# NAME

An LwM2M device on BOARD, made with [wixt](node_modules/wixt/README.md). The program is [app.ts](app.ts).

| command | does |
|---|---|
| \`npm install\` | installs wixt |
| \`npm run sim\` | runs the program on this computer, registered with the server at \`coap://127.0.0.1\` |
| \`npm run build\` | writes library and program to \`dist/BOARD\` |
| \`npm run flash -- --port PORT\` | puts them on the board, or says how that is done |
| \`npm run size\` | shows how large the library is, and why |

\`npx wixt server\` starts a server with a console on this computer. It names the packages that it needs, if they are missing.

For a smaller library write \`boards/mine/board.ts\`, then run \`npx wixt build --board mine --app app.ts\`:

\`\`\`ts
export default { name: 'mine', base: 'BOARD', features: { discover: false } };
\`\`\`
`;

/** Tasks for Visual Studio Code: the scripts of package.json; flash asks for the port. */
function editorTasks(): object {
  const task = (script: string, more: object) => ({ label: script, type: 'shell', problemMatcher: [], ...more });
  return {
    version: '2.0.0',
    tasks: [
      task('build', { command: 'npm run build', group: { kind: 'build', isDefault: true } }),
      task('sim', { command: 'npm run sim', isBackground: true }),
      task('flash', { command: 'npm run flash -- --port ${input:port}' }),
    ],
    inputs: [{ id: 'port', type: 'promptString', description: 'Serial port of the board', default: '/dev/ttyUSB0' }],
  };
}

/** The board whose bundle runs the program on this computer: the board itself, one with the same engine, or Node. */
function simulatedBoard({ name, engine, adapters }: BoardFolder['board']): string {
  if (engine === 'espruino' && MODEMS.includes(adapters.udp)) return 'linux-espruino';
  return PLATFORMS[engine] ? name : 'host';
}

/** The contents of the project's files, by name. */
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
      scripts: {
        sim: `wixt sim --board ${simulatedBoard(board)} --app app.ts --server coap://127.0.0.1`,
        build: `wixt build --board ${board.name} --app app.ts`,
        flash: `wixt flash --board ${board.name} --app app.ts`,
        size: `wixt size --board ${board.name}`,
      },
      dependencies: { wixt: findDependency() },
    }),
    // For editors. The build has its own settings and adopts the strictness of these.
    'tsconfig.json': json({
      compilerOptions: {
        target: node ? 'es2022' : 'es5',
        ...(!node && { ignoreDeprecations: '5.0' }),
        lib: [node ? 'es2023' : 'es5'],
        types: node ? ['node'] : board.engine === 'espruino' ? ['espruino'] : [],
        // Beside wixt if npm links to a clone, which has its own packages.
        typeRoots: ['node_modules/@types', 'node_modules/wixt/node_modules/@types'],
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
    '.vscode/tasks.json': json(editorTasks()),
    '.gitignore': 'node_modules/\ndist/\n',
  };
}

/** Returns why npm or wixt refuses a package name; undefined if it is valid. */
function findNameFault(name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) return 'it may have lower-case letters, digits, - . and _';
  if (name.length > 64) return 'it has more than 64 characters';
  if (name === 'wixt') return 'the project depends on the package wixt';
  if (name === 'node_modules' || name === 'favicon.ico') return 'npm reserves that name';
  if (builtinModules.includes(name)) return 'a module of Node has that name';
  return undefined;
}

/** Writes a project. Throws a Problem if the folder is in use. Returns the names of the files. */
export function createProject(folder: string, board: BoardFolder): string[] {
  const path = resolve(folder);
  const name = basename(path);
  const fault = findNameFault(name);
  if (fault) throw new Problem(`${name || folder} cannot be the name of a project: ${fault}`, 2);
  if (existsSync(path) && !statSync(path).isDirectory()) throw new Problem(`${folder} exists and is not a folder: choose another name`);
  if (existsSync(path) && readdirSync(path).length) throw new Problem(`${folder} exists and is not empty: choose another name`);
  const files = projectFiles(name, board);
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new Problem(`${folder} cannot be created: ${(error as Error).message.replace(/^\w+: /, '').replace(/, mkdir.*$/, '')}`);
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return Object.keys(files);
}
