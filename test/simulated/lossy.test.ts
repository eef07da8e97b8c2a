import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { loadCore } from '../support/core';
import { live } from './life';
import { ROUGH, type Faults } from './network';
import { checkOutcome, readOutcomes } from './outcomes';
import { Scene } from './scene';

const HOUR = 3_600_000;
const { core } = await loadCore();

test('30 % loss each way, 10 % duplicates, reordering: it registers, no Execute runs twice, no Write is lost or out of date, notifications are fresh and in order', async (t) => {
  const stored = readOutcomes();
  t.true(Object.keys(stored).length >= 40);
  for (const seed of Object.keys(stored)) {
    const { outcome, breaches } = await live(core, Number(seed));
    t.deepEqual(breaches, [], `seed ${seed}`);
    t.deepEqual(checkOutcome(stored, seed, outcome!), []);
  }
});

test('half of everything lost', async (t) => {
  for (let seed = 500; seed < 510; seed++) {
    const { breaches } = await live(core, seed, { steps: 10, faults: { loss: 0.5, duplicates: 0.3, delay: 3000 } });
    t.deepEqual(breaches, [], `seed ${seed}`);
  }
});

test('on a network without faults nothing is lost, repeated or late', async (t) => {
  const { outcome, breaches } = await live(core, 1, { steps: 60, faults: { loss: 0, duplicates: 0, delay: 0 } });
  t.deepEqual(breaches, []);
  for (const kind of ['executed', 'written', 'blocks', 'read'] as const) t.is(outcome![kind][1], 0, kind);
  t.is(outcome!.registrations, 1);
  t.is(outcome!.registered, 0);
});

async function registered(faults: Faults, seed = 3): Promise<Scene> {
  const scene = new Scene(core, seed, faults, 300);
  await scene.start();
  await scene.time.until(() => scene.count('registered') > 0, 12 * HOUR);
  return scene;
}

test('a network that is gone for a day: few datagrams meanwhile, and the client is there again soon after', async (t) => {
  const scene = await registered({ ...ROUGH });
  scene.up.faults = scene.down.faults = { loss: 1, duplicates: 0, delay: 0 };
  const before = scene.up.sent;
  await scene.time.pass(24 * HOUR);
  t.is(scene.server.registry.size, 0);
  t.true(scene.up.sent - before < 200, `${scene.up.sent - before} datagrams in a day`);
  scene.up.faults = scene.down.faults = ROUGH;
  t.true(await scene.time.until(() => scene.server.registry.size > 0, scene.time.now + 3 * HOUR));
  await scene.stop();
});

test('a server that forgets everybody: each client is back by its next Update', async (t) => {
  const scene = await registered({ loss: 0, duplicates: 0, delay: 50 });
  scene.server.registry.clear();
  t.true(await scene.time.until(() => scene.server.registry.size > 0, scene.time.now + 300_000));
  t.is(scene.count('lost'), 1);
  await scene.stop();
});

test('datagrams of a day ago that come again change nothing', async (t) => {
  const scene = await registered({ loss: 0, duplicates: 0, delay: 0 });
  const old: Uint8Array[] = [];
  const { send } = scene.down;
  scene.down.send = (datagram) => {
    old.push(datagram.slice());
    send.call(scene.down, datagram);
  };
  await scene.wait(scene.server.read('lossy', '/3/0/9'), 10_000);
  await scene.time.pass(24 * HOUR);
  const { registrations } = scene;
  const events = scene.events.length;
  for (const datagram of old) send.call(scene.down, datagram);
  await scene.time.pass(1000);
  t.is(scene.registrations, registrations);
  t.is(scene.events.length, events);
  await scene.stop();
});

test('the same over real sockets, in real time', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [inPackage('tools', 'loss.js'), '--seeds', '0', '--seconds', '8', '--clients', '24'], { cwd: inPackage() });
  t.log(stdout.trim().split('\n')[0]);
  t.regex(stdout, /^1 passed, 0 failed/m);
});
