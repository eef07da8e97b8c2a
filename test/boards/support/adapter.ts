/** An adapter's module as its engine would load it, on a platform that Node stands in for. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { inPackage } from '../../../src/host/build/root';
import type { Surroundings } from '../../../src/host/sim/surroundings';

/** The exports of boards/adapters/`name`.ts. */
export function loadAdapter(name: string, { globals, modules }: Pick<Surroundings, 'globals' | 'modules'>): any {
  const loaded: Record<string, object> = {};
  const load = (path: string): object => {
    if (loaded[path]) return loaded[path];
    const exports = (loaded[path] = {});
    const source = readFileSync(inPackage(`${path}.ts`), 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS } });
    const require = (id: string) => {
      if (id.startsWith('.')) return load(posix.join(posix.dirname(path), id));
      if (!Object.hasOwn(modules, id)) throw new Error(`Module ${id} not found`);
      return modules[id];
    };
    const names = { exports, require, ...globals };
    new Function(...Object.keys(names), outputText)(...Object.values(names));
    return exports;
  };
  return load(`boards/adapters/${name}`);
}
