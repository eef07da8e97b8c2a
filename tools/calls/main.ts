/** Builds the core with a counter in each function, lives with it for a day, and writes the counts down. */
import { runInNewContext } from 'node:vm';
import { rollup, type OutputChunk, type Plugin } from 'rollup';
import { readBoard } from '../../src/host/build/boards';
import { CALLS_FILE, readCalls, writeCalls, type CallTable } from '../../src/host/build/calls';
import { compilePlugins } from '../../src/host/build/compile';
import { replaceFeatures } from '../../src/host/build/features';
import { parseModule } from '../../src/host/build/gate/tree';
import { originOf } from '../../src/host/build/overlays';
import { inPackage } from '../../src/host/build/root';
import { followImports } from '../../src/host/build/sources';

/** A counter at the start of each function of a module of the core. */
function count(table: CallTable): Plugin {
  const core = inPackage('src', 'device');
  return {
    name: 'wixt-count',
    transform(code, id) {
      if (!id.startsWith(core)) return null;
      let text = '';
      let at = 0;
      for (const { name, node } of listFunctions(code)) {
        const origin = originOf(id, name);
        table[origin] = 0;
        text += code.slice(at, node.body.start + 1) + `called(${JSON.stringify(origin)});`;
        at = node.body.start + 1;
      }
      return { code: text + code.slice(at), map: null };
    },
  };
}

/** Functions of a module's top level, exported or not. */
function listFunctions(code: string): { name: string; node: any }[] {
  const found: { name: string; node: any }[] = [];
  for (const statement of parseModule(code).body) {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (node?.type === 'FunctionDeclaration') found.push({ name: node.id.name, node });
  }
  return found;
}

/** Calls by function in the recorded session, with every feature on. */
export async function recordCalls(): Promise<CallTable> {
  const session = inPackage('tools', 'calls', 'session.ts');
  const { board } = await readBoard('linux-espruino');
  const table: CallTable = {};
  const bundle = await rollup({
    input: session,
    plugins: [replaceFeatures(board), ...compilePlugins({ files: followImports([session]), types: [], target: 'es2022', rules: 'package' }), count(table)],
    onLog: () => {},
  });
  const { output } = await bundle.generate({ format: 'cjs' });
  await bundle.close();
  const exports: { live?: () => number } = {};
  runInNewContext((output[0] as OutputChunk).code, { exports, called: (name: string) => void table[name]!++ });
  exports.live!();
  return table;
}

/** What differs between two tables, a line each. */
export function compareCalls(old: CallTable, now: CallTable): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names.filter((name) => old[name] !== now[name]).map((name) => `${name}: ${old[name] ?? 'not there'}, now ${now[name] ?? 'not there'}`);
}

if (process.argv[1]?.endsWith('calls.js')) {
  const now = await recordCalls();
  const changes = compareCalls(readCalls(), now);
  if (process.argv.includes('--check')) {
    for (const line of changes) console.log(line);
    if (changes.length) process.exitCode = 1;
  } else writeCalls(now);
  const never = Object.values(now).filter((n) => !n).length;
  console.log(`${CALLS_FILE.split(/[\\/]/).at(-1)}: ${Object.keys(now).length} functions, ${never} never called, ${changes.length} changed`);
}
