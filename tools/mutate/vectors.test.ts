/** All vectors on the sources, for the changes that only they notice. */
import { readdirSync } from 'node:fs';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { loadContext, runFile } from '../vectors/run';

const folder = inPackage('test', 'vectors');
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  test(file, async (t) => {
    const { outcomes } = runFile(`${folder}/${file}`, await loadContext('sources'));
    t.deepEqual(outcomes.filter(({ status }) => status === 'failed'), []);
  });
}
