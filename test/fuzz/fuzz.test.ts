import test from 'ava';
import { loadCore } from '../support/core';
import { parseInputs, readCorpus, replay, run, shrink, type Target } from './target';
import { allTargets } from './targets/index';

const targets = allTargets(await loadCore());

for (const target of targets) {
  test(`${target.title}: the corpus and some of its changes keep every promise`, async (t) => {
    t.timeout(60_000);
    t.true(readCorpus(target.name).length > 0);
    const { inputs, ways, finding } = await run(target, { seed: 1, count: 2000, milliseconds: 6000 });
    t.log(`${inputs} inputs, taken in ${ways} ways`);
    t.is(finding?.error.stack, undefined, finding?.inputs.join(','));
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
