/** Makes bundles for a board: rollup configurations for the library and for a user's program. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { OutputChunk, OutputOptions, Plugin, RollupLog, RollupOptions } from 'rollup';
import { minify, type MinifyOptions } from 'terser';
import { limitsOf, type Board } from '../../../boards/board';
import type { BoardFolder } from './boards';
import { isWorthItsText, readCalls } from './calls';
import { compilePlugins, refuseDefaultImports, showModule, type CompileOptions } from './compile';
import { ENGINES, type Engine } from './engines';
import { hoistVariables } from './hoist';
import { inspectProgram } from './inspect';
import { inlineFunctions } from './inline/index';
import { intervalFiles, provideInterval } from './interval';
import { ENGINE_TITLES } from './lacks';
import { replaceFeatures } from './features';
import { checkProgram, formatFinding, type Surroundings } from './gate/index';
import { liftRecord } from './lift/index';
import { collectTypes, noTypes, type RecordTypes } from './lift/types';
import { mergeFunctions, renameOptions } from './merge';
import { NUMBERS, terserOptions, type SourceMap } from './minify';
import { assignNames, countMarked, INTERNAL, MARK, MARKED, markInternals, markNames, readNames } from './names';
import { ASKS, DROP, findOrigins, goTogether, splitOverlays } from './overlays';
import { orderNames } from './order';
import { Problem } from '../problem';
import { inPackage, showPath } from './root';
import type { Compiler } from './share';
import { findOrigin } from './sourcemap';
import { releaseStartup } from './startup';
import { followImports } from './sources';
import { toScript } from './modules';
import { provideTimer, timerFiles } from './timer';

/** The short names of the package. */
export const NAMES_FILE = inPackage('mangle.json');

/** The module that a user's program imports: the board's bundle. */
const LIBRARY = 'wixt';

/** The module `wixt/config`: settings from the device's store. */
const CONFIG = inPackage('boards', 'config.ts');

/** Rollup's configuration for a board's library: main.ts → wixt.min.js. Throws a Problem if the board has no main.ts. */
export function libraryOptions({ board, folder }: BoardFolder, out: string, compiler: Compiler = compilePlugins): RollupOptions {
  const main = join(folder, 'main.ts');
  if (!existsSync(main)) throw new Problem(`board ${board.name}: there is no ${showPath(main)}`);
  const engine = ENGINES[board.engine];
  const types = noTypes();
  return {
    input: { [LIBRARY + '.min']: main },
    plugins: [
      refuseCycles(),
      replaceFeatures(whole(board)),
      ...(engine.modules ? [] : [refuseDefaultImports()]),
      ...compiler({ files: followImports([main, ...timerFiles(board)]), types: engine.types, target: 'es5', rules: 'package', ...lookForClient(engine, types) }),
      provideTimer(board),
      markLibrary(() => true),
      ...minifyLibrary(engine, types, () => true, libraryMinify),
      gate(engine),
      manifest(engine),
    ],
    output: outputOptions(out, engine),
  };
}

/** Rollup's configuration for a program that runs on a board: file → app.min.js, which requires "wixt". */
export function appOptions({ board, folder }: BoardFolder, file: string, out: string, compiler: Compiler = compilePlugins): RollupOptions {
  const engine = ENGINES[board.engine];
  const main = join(folder, 'main.ts');
  const paths = libraryPaths(main, board);
  const isLibrary = partOfLibrary(board, main, paths);
  const seen = new Set<string>();
  const compile: CompileOptions = {
    files: followProgram(board, [file, ...intervalFiles(engine)], paths),
    types: engine.types,
    target: engine.node ? 'es2022' : 'es5',
    paths,
    rules: findRules(file),
    ...inspection(board, isLibrary, seen),
  };
  return {
    input: { 'app.min': file },
    external: (id) => (engine.node ? isBare(id) && !id.startsWith(LIBRARY + '/') : id === LIBRARY),
    plugins: [
      refuseCycles(),
      replaceFeatures(whole(board)),
      ...(engine.node || engine.modules ? [] : [refuseDefaultImports()]),
      ...compiler(compile),
      provideInterval(engine, (id) => !isLibrary(id)),
      markLibrary(isLibrary),
      minifyWith(engine.node ? nodeMinify : (code) => adaptGlobals(appMinify(code), engine)),
      ...(engine.node ? [] : [hoist(), gate({ ...engine, app: true, strictNames: true }, seen)]),
      manifest(engine),
    ],
    output: { ...outputOptions(out, engine), ...(engine.node && { interop: 'auto', strict: true, inlineDynamicImports: true }) },
  };
}

/**
 * Rollup's configuration for library and program as one script, file → boot.min.js, which a board runs at boot: Espruino from its Storage, Kaluma
 * from its flash, and MicroQuickJS, which has no modules, as bytecode. Its functions are global: on Espruino each costs a JsVar or two less than in a
 * module. Unused code is left out. Returns undefined for engines that start in another way.
 */
export function bootOptions(
  { board, folder }: BoardFolder,
  file: string,
  out: string,
  compiler: Compiler = compilePlugins,
): RollupOptions | undefined {
  const engine = ENGINES[board.engine];
  if (!engine.boot) return undefined;
  const main = join(folder, 'main.ts');
  const paths = libraryPaths(main, board);
  const isLibrary = partOfLibrary(board, main, paths);
  const seen = new Set<string>();
  const types = noTypes();
  const files = followProgram(board, [file, main, ...timerFiles(board), ...intervalFiles(engine)], paths);
  return {
    input: { 'boot.min': BOOT },
    plugins: [
      startProgram(file),
      { name: 'wixt-library', resolveId: (id) => (id === LIBRARY ? main : null) },
      refuseCycles(),
      replaceFeatures(board),
      refuseDefaultImports(),
      ...compiler({ files, types: engine.types, target: 'es5', paths, rules: findRules(file), ...lookForClient(engine, types, inspection(board, isLibrary, seen)) }),
      provideTimer(board),
      provideInterval(engine, (id) => !isLibrary(id)),
      markLibrary(isLibrary),
      ...(board.features.overlays ? pageOut({ ...engine, app: true, strictNames: true }, limitsOf(board).reserve, types, isLibrary, seen) : inOnePiece(engine, types, isLibrary, seen)),
      sweepOverlays(),
      manifest(engine),
    ],
    output: outputOptions(out, engine),
  };
}

/** The module at the start of a boot script. */
const BOOT = '\0wixt-boot';

/** Runs a program for its effects: a script has no exports. */
function startProgram(file: string): Plugin {
  return {
    name: 'wixt-boot',
    resolveId: (id) => (id === BOOT ? id : null),
    load: (id) => (id === BOOT ? { code: `import ${JSON.stringify(file)};\n`, map: { mappings: '' }, moduleSideEffects: true } : null),
  };
}

/** Moves `var` to where Espruino needs it, in programs only: for the library the gate reports it instead. */
function hoist(): Plugin {
  return {
    name: 'wixt-hoist',
    renderChunk(code, _, { format }) {
      const text = format === 'es' ? code : hoistVariables(code);
      return text === code ? null : { code: text, map: null };
    },
  };
}

/** A copy of the board without overlays: a separate module has none, because its functions would have to be global. */
function whole(board: Board): Board {
  return { ...board, features: { ...board.features, overlays: false } };
}

/**
 * Minifies the library, with or without a program. On an engine where each function has a fixed cost, functions that are never called in normal
 * operation are merged. `between` runs before the merge.
 */
function minifyLibrary(engine: Engine, types: RecordTypes, isLibrary: (id: string) => boolean, options: (code: string) => MinifyOptions, between?: Plugin): Plugin[] {
  const { originOf, origins, shorten, plugin } = findNames(isLibrary);
  const steps = [plugin, lift(engine, types, originOf), inlineCalls(engine, originOf), inlineNumbers(), minifyWith((code) => shorten(options(code))), ...(between ? [between] : [])];
  if (!engine.readsText) return steps;
  const calls = readCalls();
  const merge: Plugin = {
    name: 'wixt-merge',
    renderChunk(code) {
      const cold = new Set([...origins()].filter(([, origin]) => calls[origin] === 0).map(([name]) => name));
      const merged = mergeFunctions(code, (name) => cold.has(name), boardNames());
      return { code: merged.code, map: merged.map as any };
    },
  };
  return [...steps, merge, minifyWith(() => renameOptions(boardNames())), orderByCalls(origins)];
}

/** Makes the compiler collect where the client record is used, for engines on which its fields become variables. */
function lookForClient(engine: Engine, types: RecordTypes, look: Pick<CompileOptions, 'engine' | 'inspect'> = {}): Pick<CompileOptions, 'engine' | 'inspect'> {
  if (!engine.lifts) return look;
  return {
    ...look,
    inspect: (program) => {
      const faults = look.inspect?.(program) ?? [];
      if (!faults.length) collectTypes(program, isPackaged, types);
      return faults;
    },
  };
}

/** Turns the client's fields into variables, where the engine benefits. */
function lift({ lifts, modules }: Engine, types: RecordTypes, originOf: Names['originOf']): Plugin {
  return {
    name: 'wixt-lift',
    renderChunk(code) {
      const lifted = lifts && liftRecord(code, types, originOf, modules);
      return lifted ? { code: lifted.code, map: lifted.map as any } : null;
    },
  };
}

/** Puts the names used most first, on an engine that searches names one after the other. */
function orderByCalls(origins: Names['origins']): Plugin {
  const calls = readCalls();
  return {
    name: 'wixt-order',
    renderChunk(code) {
      const names = origins();
      const ordered = orderNames(code, (name) => calls[names.get(name) ?? ''] ?? 0);
      return { code: ordered.code, map: ordered.map as any };
    },
  };
}

/** Tracks where the names of the library come from. */
interface Names {
  /** Reads the script before the other plugins. */
  plugin: Plugin;
  /** The origin of a name before minification. */
  originOf: (name: string) => string | undefined;
  /** Extends the minifier's options to record renamed names. */
  shorten: (options: MinifyOptions) => MinifyOptions;
  /** The origins of all names after minification. */
  origins: () => Map<string, string>;
}

function findNames(isLibrary: (id: string) => boolean): Names {
  let long = new Map<string, string>();
  let cache: { vars: { props: Record<string, string> } };
  return {
    plugin: {
      name: 'wixt-origins',
      renderChunk: (_, { modules }) => {
        long = findOrigins(Object.fromEntries(Object.entries(modules).filter(([id]) => isLibrary(id))));
        return null;
      },
    },
    originOf: (name) => long.get(name),
    shorten: (options) => {
      // The minifier fills it: original name → short name.
      cache = options.nameCache as typeof cache;
      return options;
    },
    origins: () => new Map([...long].map(([name, origin]) => [cache.vars.props['$' + name] ?? name, origin])),
  };
}

/** Minifies a boot script without splitting it. */
function inOnePiece(engine: Engine, types: RecordTypes, isLibrary: (id: string) => boolean, seen: Set<string>): Plugin[] {
  return [
    ...minifyLibrary(engine, types, isLibrary, (code) => adaptGlobals(libraryMinify(code), engine), hoist()),
    { name: 'wixt-startup', renderChunk: (code) => ({ code: releaseStartup(code, engine.boot === 'pins'), map: null }) },
    ...(engine.boot === 'function' ? [enclose()] : []),
    gate({ ...engine, app: true, strictNames: true }, seen),
  ];
}

/** Minifies a boot script and moves functions that are not needed at rest into separate modules beside it. */
function pageOut(where: Engine & Surroundings, reserve: number, types: RecordTypes, isLibrary: (id: string) => boolean, seen: Set<string>): Plugin[] {
  const { originOf, origins, shorten, plugin } = findNames(isLibrary);
  return [
    plugin,
    lift(where, types, originOf),
    inlineCalls(where, originOf, true),
    inlineNumbers(),
    minifyWith((code) => {
      const options = shorten(adaptGlobals(libraryMinify(code), where));
      // A function that creates an object at the start stays a function, so that its code does not remain in RAM.
      (options.compress as { inline?: number }).inline = 1;
      return options;
    }),
    hoist(),
    orderByCalls(origins),
    gate({ ...where, globals: [...where.globals, DROP, ASKS] }, seen),
    {
      name: 'wixt-overlays',
      generateBundle(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'chunk') continue;
          const names = origins();
          const parts = splitOverlays(file.code, (name) => names.get(name) ?? '#' + name, reserve);
          for (const { module, code } of parts) {
            if (module) this.emitFile({ type: 'asset', fileName: `${module}.js`, source: code });
            else file.code = code;
          }
        }
      },
    },
  ];
}

/**
 * Names that the engine has and that the library or a user uses. At boot a script's names are global and must not hide pins, ports or E, nor the
 * names by which overlays are found (overlays.ts).
 */
function boardNames(): string[] {
  const reserved = ['_', '$', 'E', 'Pin', 'SPI', 'I2C', 'LED', 'BTN', 'B', 'D', 'A', 'C', 'F', 'G', 'H'];
  for (let i = 0; i < 40; i++) for (const port of 'ABCDEFGH') reserved.push(port + i);
  return reserved;
}

/** Adapts a program's minifier options to an engine: names to keep, and replacements for globals that the engine lacks. */
function adaptGlobals(options: MinifyOptions, { boot, aliases = {} }: Engine): MinifyOptions {
  const defs = Object.fromEntries(Object.entries(aliases).map(([name, text]) => ['@' + name, text]));
  return {
    ...options,
    compress: { ...(options.compress as object), global_defs: defs },
    mangle: { ...(options.mangle as object), ...(boot === 'pins' && { reserved: boardNames() }) },
  };
}

/**
 * What a program may import: `wixt` is the board's bundle and stays outside; `wixt/objects` and the like are sources of the package, and the used
 * parts become part of the program. `wixt/store` is the board's own adapter, and `wixt/config` uses it. `wixt/sensors/bme280` is a driver,
 * `wixt/io/i2c` the bus of the board's engine.
 */
function libraryPaths(main: string, board: Board): Record<string, string[]> {
  return {
    [LIBRARY]: [main],
    [LIBRARY + '/config']: [CONFIG],
    ...(board.adapters.store && { [LIBRARY + '/store']: [inPackage('boards', 'adapters', board.adapters.store + '.ts')] }),
    [LIBRARY + '/compat']: [inPackage('src', 'compat', 'index.ts')],
    [LIBRARY + '/sensors/*']: [inPackage('boards', 'sensors', '*')],
    [LIBRARY + '/io/*']: [inPackage('boards', 'adapters', `*-${board.engine}`)],
    [LIBRARY + '/*']: [inPackage('src', 'device', '*')],
  };
}

/** Prefix for a global that a program declares, in the set of inspected files. */
const DECLARED = 'declare ';

/** The inspection of a program. `seen` collects the inspected files, whose names the gate then skips. */
function inspection({ engine }: Board, isSkipped: (id: string) => boolean, seen: Set<string>): Pick<CompileOptions, 'engine' | 'inspect'> {
  const look = { engine, isLibrary: isPackaged, isSkipped, seen: (file: string) => void seen.add(showModule(file)), declares: (name: string) => void seen.add(DECLARED + name) };
  return { engine: ENGINE_TITLES[engine] ?? engine, inspect: (program) => inspectProgram(program, look) };
}

/** The files of a program. Throws a Problem if it needs a store and the board has none. */
function followProgram(board: Board, entries: string[], paths: Record<string, string[]>): string[] {
  const files = followImports(entries, paths);
  if (!board.adapters.store && files.includes(CONFIG))
    throw new Problem(`wixt/config: ${board.name} has no store to take settings from: give connect the options as they are`);
  return files;
}

/** Top-level functions and `exports.x = …`, without a wrapper: an IIFE costs 42 JsVars more on Espruino. */
export function outputOptions(dir: string, { modules }: { modules?: boolean } = {}): OutputOptions {
  return {
    dir,
    entryFileNames: '[name].js',
    format: modules ? 'es' : 'cjs',
    exports: 'named',
    interop: 'esModule',
    esModule: false,
    freeze: false,
    strict: false,
    externalLiveBindings: false,
    sourcemap: 'hidden',
    sourcemapPathTransform: (path, map) => showModule(resolve(dirname(map), path)),
  };
}

/** Whether an import is a module of the engine, which stays outside. TypeScript's helpers are not: there are none. */
function isBare(id: string): boolean {
  return !/^([./\\]|[A-Za-z]:[\\/])/.test(id) && id !== 'tslib';
}

/** The nearest tsconfig.json above a user's program. */
function findRules(file: string): CompileOptions['rules'] {
  for (let folder = dirname(resolve(file)); folder !== dirname(folder); folder = dirname(folder)) {
    if (folder === resolve(inPackage())) return 'package';
    if (existsSync(join(folder, 'tsconfig.json'))) return { tsconfig: join(folder, 'tsconfig.json') };
  }
  return 'strict';
}

function refuseCycles(): Plugin {
  return {
    name: 'wixt-cycles',
    onLog(level, log: RollupLog) {
      if (log.code === 'CIRCULAR_DEPENDENCY') throw new Problem(`modules import each other: ${(log.ids ?? []).map(showPath).join(' → ')}`);
      return level === 'warn' || undefined;
    },
  };
}

/**
 * The function that sets the timer by which a device continues after it ran out of memory. Nothing is inlined into it: MicroQuickJS first allocates
 * the frame of a call, and if there is no room for a large frame, nothing of the function runs.
 */
const PUMP = 'boards/pump#pump';

/** Inlines functions of the library with one caller, where the engine benefits; with overlays only within a group. */
function inlineCalls(engine: Engine, originOf: Names['originOf'], overlays = false): Plugin {
  const calls = readCalls();
  return {
    name: 'wixt-inline',
    renderChunk(code) {
      const result = inlineFunctions(code, (pair) => {
        const [own, outer] = [originOf(pair.name), originOf(pair.caller)];
        if (!own || !outer || outer === PUMP || (overlays && !goTogether(own, outer))) return false;
        return !engine.readsText || isWorthItsText(calls, pair, own, outer);
      }, engine.modules);
      return { code: result.code, map: result.map as any };
    },
  };
}

/** Replaces the names of constant numbers by the numbers. */
function inlineNumbers(): Plugin {
  return {
    name: 'wixt-numbers',
    async renderChunk(code) {
      const result = await minify(code, { ...NUMBERS, sourceMap: { asObject: true } });
      return { code: result.code!, map: result.map as any };
    },
  };
}

function minifyWith(options: (code: string) => MinifyOptions): Plugin {
  return {
    name: 'wixt-minify',
    async renderChunk(code) {
      const result = await minify(code, { ...options(code), sourceMap: { asObject: true } });
      return { code: result.code!, map: result.map as any };
    },
  };
}

/**
 * Wraps the script in a function: names as local variables take 4 KB less of MicroQuickJS's heap than as globals (16.5 KB instead of 20.7 in total).
 */
function enclose(): Plugin {
  return { name: 'wixt-enclose', renderChunk: (code) => ({ code: `(function(){${code.trimEnd()}})();\n`, map: null }) };
}

/** Marks the library's internal fields, so that only these are renamed, and not the fields of a program with the same names (`_id`, `_value`). */
function markLibrary(isLibrary: (id: string) => boolean): Plugin {
  return { name: 'wixt-internals', transform: (code, id) => (isLibrary(id) ? { code: markInternals(code), map: null } : null) };
}

/** Returns a test for modules of the library: what main.ts imports, and sources of this package except programs. */
function partOfLibrary(board: Board, main: string, paths: Record<string, string[]>): (id: string) => boolean {
  const files = new Set(followImports([main, ...timerFiles(board)], paths));
  return (id) => files.has(id) || isPackaged(id);
}

/** Sources of this package that are part of the library wherever they are used. */
export function isPackaged(id: string): boolean {
  const path = relative(inPackage(), id).split(sep);
  return (path[0] === 'src' || path[0] === 'boards') && path.at(-1) !== 'app.ts';
}

function libraryMinify(code: string): MinifyOptions {
  return terserOptions(markNames(assignNames(countMarked(code), readNames(NAMES_FILE))), MARKED);
}

/** The minifier's options for a program: it keeps its property names, except in sources of the package, which use the library's short names. */
function appMinify(code: string): MinifyOptions {
  const names = readNames(NAMES_FILE);
  const unknown = [...countMarked(code).keys()].filter((name) => INTERNAL.test(name) && !Object.hasOwn(names, name));
  if (unknown.length) throw new Error(`mangle.json does not know ${unknown.join(', ')}: node tools/names.js`);
  return code.includes(MARK) ? terserOptions(markNames(names), MARKED) : terserOptions(null);
}

/** The minifier's options for Node, which needs no restrictions of the language. */
function nodeMinify(code: string): MinifyOptions {
  const { mangle, nameCache } = appMinify(code);
  return { ecma: 2020, toplevel: true, mangle, nameCache };
}

/**
 * Checks the output once more. The source map is used here and is not written. In files that were inspected with their types (`inspected`), names
 * need no further check.
 */
export function gate(where: Surroundings, inspected: Set<string> = new Set()): Plugin {
  return {
    name: 'wixt-gate',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const lines = describeFindings(file, where, inspected);
        if (lines.length) throw new Problem(lines);
      }
    },
  };
}

/** Rules that judge by names only. */
const BY_NAME = ['forbidden', 'global'];

function describeFindings(chunk: OutputChunk, where: Surroundings, inspected: Set<string>): string[] {
  const script = (where as { modules?: boolean }).modules ? toScript(chunk.code) : chunk.code;
  return checkProgram(script, where).flatMap((finding) => {
    const origin = chunk.map ? findOrigin(chunk.code, chunk.map as unknown as SourceMap, finding.at) : undefined;
    // An adapter for Node runs only there.
    if (finding.rule === 'regex' && (where as Engine).node && origin?.replaceAll(sep, '/').startsWith('boards/adapters/')) return [];
    if (BY_NAME.includes(finding.rule) && origin && inspected.has(origin.replace(/:\d+$/, ''))) return [];
    if (finding.rule === 'global' && inspected.has(DECLARED + (/^[\w$]+/.exec(script.slice(finding.at))?.[0] ?? ''))) return [];
    return [formatFinding(finding, chunk.code, chunk.fileName, origin)];
  });
}

/** Deletes the overlays of an earlier build, which may have had more of them: copying the folder to a Storage would copy these, too. */
function sweepOverlays(): Plugin {
  return {
    name: 'wixt-sweep',
    writeBundle({ dir }, bundle) {
      for (const name of readdirSync(dir!)) if (/^wixt\d+\.js$/.test(name) && !bundle[name]) rmSync(join(dir!, name));
    },
  };
}

/** Writes a manifest that states the module type of the files beside it, whatever project contains them, and removes the source maps. */
function manifest({ modules }: { modules?: boolean }): Plugin {
  return {
    name: 'wixt-manifest',
    generateBundle(_, bundle) {
      this.emitFile({ type: 'asset', fileName: 'package.json', source: `{"type":"${modules ? 'module' : 'commonjs'}"}\n` });
      for (const name of Object.keys(bundle)) if (name.endsWith('.map')) delete bundle[name];
    },
  };
}
