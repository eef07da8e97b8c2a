/** The seed's programs, in the API of betwixt, as processes. */
import test from 'ava';
import { readPlain, runNode, runWixt, startLive } from '../support/live';

const live = await startLive();
test.after.always(() => live.server.stop());

test.serial('the basic client registers with its objects, and shows the seed\'s values', async (t) => {
  const run = runWixt('sim', '--app', 'examples/basic-client.ts', '--server', live.uri, '--endpoint', 'basic', '--json');
  const registration = await live.registered('basic');
  const instances = Object.fromEntries([...registration.objects].map(([id, { instances }]) => [id, [...instances]]));
  t.deepEqual(instances, { 1: [1], 2: [0, 1, 2], 3: [0], 4: [0], 5: [0], 6: [], 7: [] });
  const seed = {
    0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 2: '345000123', 3: '1.0', 6: { 0: 1, 1: 5 }, 7: { 0: 3800, 1: 5000 }, 8: { 0: 125, 1: 900 }, 9: 100,
    10: 15, 11: { 0: 0 }, 13: 1367491215, 14: '+02:00', 15: '+02:00', 16: 'U',
  };
  t.deepEqual(await readPlain(live, 'basic', '/3/0'), seed);
  for (const [id, value] of Object.entries(seed)) t.deepEqual(await readPlain(live, 'basic', `/3/0/${id}`), value, id);

  // onWrite, with the text of the payload; what it does not know is 4.04.
  t.true((await live.server.write('basic', '/3/0/14', '+01:00')).success);
  t.true((await live.server.write('basic', '/3/0', { 15: 'Europe/Berlin' }, { replace: false })).success);
  t.deepEqual(await readPlain(live, 'basic', '/3/0'), { ...seed, 14: '+01:00', 15: 'Europe/Berlin' });
  t.like(await run.event('written', 2), { path: '/3/0/15', value: 'Europe/Berlin' });

  t.is((await live.server.execute('basic', '/3/0/4')).code, 68, 'onExecute: Changed');
  t.like(await run.event('executed'), { path: '/3/0/4' });
  t.is((await live.server.execute('basic', '/5/0/2')).code, 133, 'MethodNotAllowed');
  t.is((await live.server.delete('basic', '/2/1')).code, 129, 'onDelete: Unauthorized');
  t.is((await live.server.create('basic', '/2', { 3: 1 })).code, 129, 'onCreate: Unauthorized');
  t.is((await live.server.write('basic', '/2/0/3', 7)).code, 129, 'onWrite: Unauthorized');
  t.is((await live.server.read('basic', '/6/0')).code, 132, 'no instance');
  t.is((await readPlain(live, 'basic', '/1/1'))[0], 1, 'the account is the client\'s own');
  run.child.stdin.end();
  t.is(await run.ended, 0);
  t.is(live.server.registry.byEndpoint('basic'), undefined);
});

test.serial('without options the program itself says name and server', async (t) => {
  const run = runWixt('sim', '--app', 'examples/basic-client.ts', '--json');
  await run.event('started');
  run.child.stdin.end();
  t.is(await run.ended, 0);
});

test.serial('the server program starts, or says in a sentence which port is taken', async (t) => {
  const run = runNode('--import=tsx', 'examples/server.ts');
  const line = await run.line(/^console/).catch(() => undefined);
  if (line === undefined) {
    t.is(await run.ended, 1);
    t.regex(run.errors(), /^port \d+ is in use on .*\n$/);
  } else {
    t.is(line, 'console  http://127.0.0.1:8081');
    t.regex(await (await fetch('http://127.0.0.1:8081')).text(), /<title>wixt/);
    run.child.kill();
    await run.ended;
  }
});

test.serial('the thermometer, in the idiomatic API', async (t) => {
  const run = runWixt('sim', '--app', 'examples/thermometer.ts', '--server', live.uri, '--json');
  await live.registered('thermometer-1');
  const { 5700: value, ...rest } = await readPlain(live, 'thermometer-1', '/3303/0');
  t.true(value >= 20 && value < 21);
  t.is(rest[5701], 'Cel');
  t.true((await live.server.execute('thermometer-1', '/3/0/4')).success);
  run.child.stdin.end();
  t.is(await run.ended, 0);
  t.regex(run.errors(), /here the board would restart/, 'what a program prints goes to standard error with --json');
});
