/** The programs of this repository, and the boards that have their parts; what is built of both in one process. */
import type { RollupOptions } from 'rollup';
import type { Board } from '../../boards/board';
import { generateBundle, scriptOf } from '../../src/host/build/output';
import { listBoards, readBoard, type BoardFolder } from '../../src/host/build/boards';
import { appOptions, bootOptions, libraryOptions } from '../../src/host/build/bundle';
import { compilePlugins } from '../../src/host/build/compile';
import { inPackage } from '../../src/host/build/root';
import type { Compiler } from '../../src/host/build/share';

export interface Example {
  file: string;
  /** The boards that have its parts; all of them without it. */
  fits?: (board: Board) => boolean;
  /** What others lack, and the sentence by which a build for them is refused. */
  needs?: string;
  refused?: RegExp;
  /** Objects that it registers, the server's own besides. */
  objects: number[];
}

const isNode = ({ engine }: Board) => engine === 'node';
export const hasWifi = ({ adapters }: Board) => adapters.udp === 'udp-esp8266at';

export const EXAMPLES: Example[] = [
  { file: 'examples/thermometer.ts', objects: [3, 3303] },
  { file: 'examples/sensor-node.ts', objects: [3, 4, 6, 3303] },
  { file: 'boards/app.ts', objects: [3, 3303] },
  {
    file: 'examples/basic-client.ts', objects: [2, 3, 4, 5, 6, 7],
    fits: ({ engine, features }) => ['node', 'espruino', 'iotjs'].includes(engine) && features.create !== false,
    needs: 'a global `process`, as betwixt has a command line', refused: /Cannot find name 'process'/,
  },
  { file: 'boards/host/app.ts', objects: [3, 4, 5, 6, 7, 16, 3303], fits: isNode, needs: 'the library of ES2015 (Object.assign)', refused: /Property 'assign' does not exist/ },
  {
    file: 'boards/host/conformance.ts', objects: [2, 3, 4, 5, 6, 7, 16, 19, 3303, 3442],
    fits: isNode, needs: 'the library of ES2015 (Array.from)', refused: /Property 'from' does not exist|Property 'of' does not exist/,
  },
  { file: 'boards/pico/app.ts', objects: [3, 3303], fits: hasWifi, needs: 'an ESP8266 with AT firmware (`wifi` of connect)', refused: /'wifi' does not exist|Cannot find name/ },
  { file: 'boards/espruino-wifi/app.ts', objects: [3, 3303], fits: hasWifi, needs: 'an ESP8266 with AT firmware (`wifi` of connect)', refused: /'wifi' does not exist|Cannot find name/ },
  { file: 'boards/pico-w/app.ts', objects: [3, 3303], fits: ({ engine }) => engine === 'kaluma', needs: "Kaluma's module `wifi`", refused: /Cannot find module 'wifi'|Cannot find name/ },
];
/** Programs of the folders that are none for a board. */
export const NONE = ['examples/server.ts', 'examples/examples.ts', 'examples/espruino-module.js'];

export interface Built {
  board: BoardFolder;
  library: RollupOptions;
  programs: { example: Example; app: RollupOptions; boot: RollupOptions | undefined }[];
}

/** The code of a bundle. Throws a Problem when it cannot be built. */
export const generate = async (options: RollupOptions): Promise<string> => scriptOf(await generateBundle(options)).code;

/** Configurations for a board: all are made before the first of them runs, so that a shared compiler compiles once. `own` compiles boards' own programs. */
export function prepare(board: BoardFolder, examples: Example[], compiler: Compiler, own: Compiler = compiler): Built {
  const out = inPackage('dist', 'unwritten');
  const programs = examples.map((example) => {
    const file = inPackage(example.file);
    const chosen = /^boards\/.*\/app\.ts$/.test(example.file) ? own : compiler;
    return { example, app: appOptions(board, file, out, chosen), boot: bootOptions(board, file, out, chosen) };
  });
  return { board, library: libraryOptions(board, out, compiler), programs };
}

/** All boards, and the one of the examples. */
export const readBoards = (): Promise<BoardFolder[]> =>
  Promise.all([...listBoards().map((name) => inPackage('boards', name)), inPackage('examples', 'esp8266-512k')].map(readBoard));

export const fitting = ({ board }: BoardFolder): Example[] => EXAMPLES.filter(({ fits }) => !fits || fits(board));
export const lacking = ({ board }: BoardFolder): Example[] => EXAMPLES.filter(({ fits }) => fits && !fits(board));

/** Leaves the types alone: boards' own programs are checked where they are built with the package. */
export const uncheckedCompiler: Compiler = ({ inspect: _, ...options }) => compilePlugins({ ...options, unchecked: true });
