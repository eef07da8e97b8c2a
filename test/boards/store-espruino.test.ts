import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { inPackage } from '../../src/host/build/root';
import { storeConformance, type Step, type StoreDriver } from './store';
import { E, Flash, makeStorage, PowerCut } from './support/storage-double';

const source = readFileSync(inPackage('boards', 'adapters', 'store-espruino.ts'), 'utf8');
const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS } });

/** Starts the device: the adapter is loaded, the steps are done until the power fails. */
function run(flash: Flash, steps: Step[]): (string | undefined)[] {
  flash.start();
  const adapter: any = {};
  new Function('exports', 'require', 'E', outputText)(adapter, () => makeStorage(flash), E);
  const store = adapter.openStore();
  return steps.flatMap(([name, key, value]) => {
    const result = store[name](key, value);
    return name === 'read' ? [result] : [];
  });
}

function makeDevice(flash: Flash): StoreDriver {
  return {
    start: async (steps) => run(flash, steps),
    async cut(steps, look) {
      const whole = new Flash(flash.bytes);
      run(whole, steps);
      let places = 0;
      for (let power = 0; power <= whole.written; power++) {
        const left = new Flash(flash.bytes);
        left.power = power;
        try {
          run(left, steps);
        } catch (error) {
          if (!(error instanceof PowerCut)) throw error;
        }
        places++;
        await look(makeDevice(new Flash(left.bytes)));
      }
      return places;
    },
    end: async () => {},
  };
}

storeConformance('store-espruino', async () => makeDevice(new Flash()));
