/** Runs the compiler once for many bundles: `npm run build` would otherwise read the same sources for every board. */
import { compile, compilePlugins, type Compiled, type CompileOptions } from './compile';
import type { Plugin } from 'rollup';

/** Returns the plugins that compile the given files. */
export type Compiler = (options: CompileOptions) => Plugin[];

/** Bundles whose files are compiled with the same settings. */
interface Group {
  options: CompileOptions;
  files: Set<string>;
  /** Each bundle inspects the program separately: its gate needs the inspected files. */
  inspections: NonNullable<CompileOptions['inspect']>[];
  compiled?: Compiled;
}

const OWN_PROGRAM = /[/\\]boards[/\\][^/\\]+[/\\]app\.ts$/;

/**
 * A compiler for configurations that are all made before the first of them runs. Files compiled together must resolve bare names alike: the types of
 * `wixt` are those of the first board.
 */
export function shareCompiler(): Compiler {
  const groups = new Map<string, Group>();
  return (options) => {
    // A board's own program may use options of its own `connect`.
    const own = options.files.some((file) => OWN_PROGRAM.test(file)) ? options.paths : undefined;
    const key = JSON.stringify([options.types, options.target, options.rules, own]);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { options, files: new Set(), inspections: [] }));
    group.options = { ...group.options, paths: group.options.paths ?? options.paths };
    for (const file of options.files) group.files.add(file);
    if (options.inspect) group.inspections.push(options.inspect);
    const shared = group;
    return compilePlugins(options, () => (shared.compiled ??= compileGroup(shared)));
  };
}

function compileGroup({ options, files, inspections }: Group): Compiled {
  const inspect: CompileOptions['inspect'] = (program) => [...new Set(inspections.flatMap((one) => one(program)))];
  return compile({ ...options, files: [...files], inspect });
}
