import test from 'ava';
import { loadCore } from '../support/core';
import { inPackage } from '../../src/host/build/root';
import { parseInputs, readCorpus, replay, run, shrink, type Target } from './target';
import { allTargets } from './targets/index';
import { TARGETS, watch } from './watch';

const targets = allTargets(await loadCore());

for (const target of targets) {
  test.serial(`${target.title}: the corpus and some of its changes keep every promise`, async (t) => {
    t.true(readCorpus(target.name).length > 0);
    const { inputs, ways, finding } = await watch({ module: TARGETS, name: target.name, seed: 1, count: 2000, milliseconds: 6000 });
    t.log(`${inputs} inputs, taken in ${ways} ways`);
    t.is(finding && `${finding.message}\n${finding.stack}`, undefined, finding?.inputs.join(',').slice(-4000));
    t.true(ways > 15);
  });
}

test('a fault is found, and told by the inputs that it takes and no others', async (t) => {
  const target: Target = {
    name: 'coap',
    title: '',
    inputs: 50,
    seeds: () => [],
    create: () => {
      let armed = false;
      return {
        take(input) {
          if (input.length < 9) armed = true;
          if (armed && input[0] === 0x50) throw new Error('here');
          return String(input.length);
        },
      };
    },
  };
  const { finding } = await run(target, { seed: 5, count: 1_000_000 });
  t.is(finding?.error.message, 'here');
  const least = await shrink(target, finding!);
  t.true(least.inputs.length <= 2);
  t.truthy(await replay(target, parseInputs(least.inputs)));
});

const FAULTY = inPackage('test', 'fuzz', 'targets', 'faulty.ts');

test.serial('code that never comes back is found, and told by the input that it takes', async (t) => {
  const { finding } = await watch({ module: FAULTY, name: 'hangs', seed: 3 }, 1000);
  t.regex(finding?.message ?? '', /hangs/);
  t.deepEqual(finding?.inputs.map((hex) => hex.slice(0, 2)), ['50']);
});

test.serial('code that hangs only after others is told by those as well', async (t) => {
  const { finding } = await watch({ module: FAULTY, name: 'hangs late', seed: 3 }, 1000);
  t.regex(finding?.message ?? '', /hangs/);
  t.true(finding!.inputs.length > 1);
  const again = await watch({ module: FAULTY, name: 'hangs late', seed: 9, inputs: finding!.inputs }, 1000);
  t.regex(again.finding?.message ?? '', /hangs/);
});

test.serial('a promise that is rejected with nobody waiting is found', async (t) => {
  const { finding } = await watch({ module: FAULTY, name: 'strays', seed: 3, count: 10 });
  t.is(finding?.message, 'stray');
});
