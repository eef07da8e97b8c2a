import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { inPackage } from '../../src/host/build/root';
import { storeConformance, type Step, type StoreDriver } from './store';

class PowerCut extends Error {}

const source = fs.readFileSync(inPackage('boards', 'adapters', 'store-node.ts'), 'utf8');
const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } });

/** A file system that ends before call number `calls`; a write gets half through. What was not brought to the disk is lost. */
function failing(calls: number) {
  let count = 0;
  const unsynced = new Map<number, string>();
  const lose = (): never => {
    for (const file of unsynced.values()) if (fs.existsSync(file)) fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
    throw new PowerCut();
  };
  const module: Record<string, unknown> = { ...fs };
  for (const name of ['mkdirSync', 'openSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync', 'rmSync'] as const)
    module[name] = (...given: any[]) => {
      if (count++ === calls) lose();
      const result = (fs[name] as (...given: any[]) => any)(...given);
      if (name === 'openSync' && given[1] === 'w') unsynced.set(result, given[0]);
      if (name === 'fsyncSync') unsynced.delete(given[0]);
      // It has another name, and would be lost under that.
      if (name === 'renameSync') for (const [file, at] of unsynced) if (at === given[0]) unsynced.set(file, given[1]);
      return result;
    };
  return { module, count: () => count };
}

function makeDevice(folder: string): StoreDriver {
  const run = (steps: Step[], module: unknown, where = folder) => {
    const adapter: any = {};
    const process = { platform: 'linux', env: { WIXT_STORE: path.join(where, 'store') } };
    new Function('exports', 'require', 'process', outputText)(adapter, (name: string) => (name === 'fs' ? module : path), process);
    const store = adapter.openStore();
    return steps.flatMap(([name, key, value]) => {
      const result = store[name](key, value);
      return name === 'read' ? [result] : [];
    });
  };
  const copy = () => {
    const other = fs.mkdtempSync(path.join(tmpdir(), 'wixt-store-'));
    fs.cpSync(folder, other, { recursive: true });
    return other;
  };
  return {
    start: async (steps) => run(steps, fs),
    async cut(steps, look) {
      const whole = copy();
      const counting = failing(Infinity);
      run(steps, counting.module, whole);
      fs.rmSync(whole, { recursive: true });
      for (let calls = 0; calls <= counting.count(); calls++) {
        const left = makeDevice(copy());
        try {
          (left as any).run(steps, failing(calls).module);
        } catch (error) {
          if (!(error instanceof PowerCut)) throw error;
        }
        await look(left);
        await left.end();
      }
      return counting.count() + 1;
    },
    end: async () => fs.rmSync(folder, { recursive: true, force: true }),
    run,
  } as StoreDriver;
}

storeConformance('store-node', async () => makeDevice(fs.mkdtempSync(path.join(tmpdir(), 'wixt-store-'))));

test('store-node: a key that is no key is refused, before it becomes a path', async (t) => {
  const device = makeDevice(fs.mkdtempSync(path.join(tmpdir(), 'wixt-store-')));
  for (const key of ['../x', '', 'a/b', 'ninechars']) await t.throwsAsync(device.start([['write', key, 'x']]), { message: /up to 8 letters and digits/ });
  await device.end();
});
