import test from 'ava';
import { impliedVersion } from '../../../src/host/objects/registry';
import { startServer } from './support/server';

for (const [lwm2m, versions] of [
  ['1.0', { 0: '1.0', 1: '1.0', 2: '1.0', 3: '1.0', 4: '1.0', 5: '1.0', 6: '1.0', 7: '1.0', 3303: '1.0' }],
  ['1.1', { 0: '1.1', 1: '1.1', 2: '1.0', 3: '1.1', 4: '1.2', 5: '1.0', 6: '1.0', 7: '1.0', 3303: '1.0' }],
  ['1.2', { 0: '1.2', 1: '1.2', 2: '1.1', 3: '1.2', 4: '1.3', 5: '1.1', 6: '1.0', 7: '1.0', 3303: '1.0' }],
  ['1.3', { 1: '1.2', 3: '1.2' }],
  ['', { 1: '1.0', 3: '1.0' }],
] as const) {
  test(`without ver= the objects of the enabler are those of lwm2m=${lwm2m} (LwM2M TS 1.1.1 Core 7.2, appendix E)`, (t) => {
    for (const [id, version] of Object.entries(versions)) t.is(impliedVersion(Number(id), lwm2m), version, id);
  });
}

test('the version of an object is what ver= says, else what lwm2m= implies', async (t) => {
  const { server, register } = await startServer();
  register('ten', ['lwm2m=1.0']);
  register('eleven', ['lwm2m=1.1']);
  register('mixed', ['lwm2m=1.1'], '</1/0>;ver=1.0,</3>;ver="1.2",</3/0>,</3303/0>');
  const versions = (endpoint: string): (string | undefined)[] => [1, 3, 3303].map((id) => server.modelOf(endpoint).object(id)?.version);
  t.deepEqual(versions('ten'), ['1.0', '1.0', '1.0']);
  t.deepEqual(versions('eleven'), ['1.1', '1.1', '1.0']);
  t.deepEqual(versions('mixed'), ['1.0', '1.2', '1.0']);
});
