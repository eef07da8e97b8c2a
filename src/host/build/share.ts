/** One run of the compiler for many bundles: `npm run build` would otherwise read the same sources for every board. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rollup, type Plugin, type SourceMap } from 'rollup';
import { compilePlugins, type CompileOptions } from './compile';
import { findPath } from './sources';

/** Turns files into the plugins that compile them. */
export type Compiler = (options: CompileOptions) => Plugin[];

type Modules = Map<string, { code: string; map: SourceMap }>;

/** Bundles whose files are compiled under the same settings. */
interface Group {
  options: CompileOptions;
  files: Set<string>;
  modules?: Promise<Modules>;
}

const OWN_PROGRAM = /[/\\]boards[/\\][^/\\]+[/\\]app\.ts$/;

/**
 * A compiler for configurations that are all made before the first of them runs. What is compiled together must agree on what a
 * bare name means: the types behind `wixt` are those of the first board that asks.
 */
export function shareCompiler(): Compiler {
  const groups = new Map<string, Group>();
  return (options) => {
    // A board's own program may use what its own `connect` takes.
    const own = options.files.some((file) => OWN_PROGRAM.test(file)) ? options.paths : undefined;
    const key = JSON.stringify([options.types, options.target, options.rules, own]);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { options, files: new Set() }));
    group.options = { ...group.options, paths: group.options.paths ?? options.paths };
    for (const file of options.files) group.files.add(file);
    return [serve(group, options.paths ?? {})];
  };
}

async function compileModules({ options, files }: Group): Promise<Modules> {
  const modules: Modules = new Map();
  const collect: Plugin = {
    name: 'wixt-collect',
    transform(code, id) {
      modules.set(id, { code, map: this.getCombinedSourcemap() });
    },
  };
  const input = [...files];
  const external = (id: string) => !/^([./\\]|[A-Za-z]:[\\/])/.test(id) && id !== 'tslib';
  const bundle = await rollup({ input, external, treeshake: false, plugins: [...compilePlugins({ ...options, files: input }), collect], onLog: () => {} });
  await bundle.close();
  return modules;
}

/** What the group's compiler made, module by module. */
function serve(group: Group, paths: Record<string, string[]>): Plugin {
  let modules: Modules;
  return {
    name: 'wixt-compiled',
    async buildStart() {
      modules = await (group.modules ??= compileModules(group));
    },
    resolveId(id, importer) {
      if (!importer) return null;
      const target = /^\./.test(id) ? join(dirname(importer), id) : findPath(id, paths);
      return target && [target, target + '.ts', join(target, 'index.ts')].find((file) => modules.has(file) && existsSync(file));
    },
    load: (id) => modules.get(id),
  };
}
