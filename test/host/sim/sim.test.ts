/** `wixt sim` as a process: the bundle of board `host` and the simulated board, against our server. */
import test from 'ava';
import { plain, readPlain, runWixt, startLive, type Live, type Run } from '../../support/live';

const live: Live = await startLive();
const running = new Set<Run>();

test.after.always(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await live.server.stop();
});

function sim(...options: string[]): Run {
  const run = runWixt('sim', ...options);
  running.add(run);
  void run.ended.then(() => running.delete(run));
  return run;
}

const board = (endpoint: string, ...options: string[]): Run => sim('--server', live.uri, '--endpoint', endpoint, '--json', ...options);

test.serial('the default board exposes its objects, object 3 with the seed\'s values', async (t) => {
  const run = board('default', '--lifetime', '777');
  const registration = await live.registered('default');
  t.is(registration.lifetime, 777);
  t.deepEqual([...registration.objects.keys()].sort((a, b) => a - b), [1, 3, 4, 5, 6, 7, 16, 3303]);
  const { 13: time, ...device } = await readPlain(live, 'default', '/3/0');
  t.deepEqual(device, {
    0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 2: '345000123', 3: '1.0', 6: { 0: 1, 1: 5 }, 7: { 0: 3800, 1: 5000 }, 8: { 0: 125, 1: 900 }, 9: 100,
    10: 15, 11: { 0: 0 }, 14: '+02:00', 15: '+02:00', 16: 'U',
  });
  t.true(time >= 1367491215 && time < 1367491300);
  t.deepEqual(Object.keys(await readPlain(live, 'default', '/3303/0')), ['5601', '5602', '5700', '5701']);
  t.true((await live.server.execute('default', '/3303/0/5605')).success);
  t.is((await readPlain(live, 'default', '/1/0'))[1], 777);
  for (const path of ['/4/0', '/5/0', '/6/0', '/7/0', '/16/0']) t.true((await live.server.read('default', path)).success, path);
  t.true((await live.server.create('default', '/16/3', { 0: { 0: 'mine' } })).success);
  t.deepEqual(await readPlain(live, 'default', '/16/3'), { 0: { 0: 'mine' } });
  t.true((await live.server.delete('default', '/16/3')).success);
  t.like(await run.event('created'), { path: '/16/3' });
  t.like(await run.event('deleted'), { path: '/16/3' });
  run.child.stdin.end();
  t.is(await run.ended, 0);
  t.is(run.errors(), '');
});

test.serial('temperature and battery move, and observers hear of it', async (t) => {
  const run = board('moving');
  await live.registered('moving');
  const heard = new Map<string, unknown[]>();
  live.server.events.on('notification', ({ registration, path, content }) => {
    if (registration.endpoint === 'moving') heard.set(path, [...(heard.get(path) ?? []), plain(content)]);
  });
  t.is(plain((await live.server.observe('moving', '/3/0/9')).content), 100);
  await live.server.observe('moving', '/3303/0/5700');
  t.like(await run.event('observed', 2), { path: '/3303/0/5700' });
  for (let i = 0; i < 200 && !(heard.get('/3/0/9') && heard.get('/3303/0/5700')); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  t.is(heard.get('/3/0/9')?.[0], 99);
  t.is(typeof heard.get('/3303/0/5700')?.[0], 'number');
  await live.server.cancelObservation('moving', '/3/0/9');
  t.like(await run.event('cancelled'), { path: '/3/0/9' });
  run.child.stdin.end();
  t.is(await run.ended, 0);
});

test.serial('a time zone is written; the board reboots, is away, comes back, and has kept it', async (t) => {
  const run = board('reboots');
  await live.registered('reboots');
  t.true((await live.server.write('reboots', '/3/0/15', 'Europe/Berlin')).success);
  t.true((await live.server.execute('reboots', '/3/0/4')).success);
  t.like(await run.event('written'), { path: '/3/0/15', value: 'Europe/Berlin' });
  t.like(await run.event('executed'), { path: '/3/0/4', arguments: {} });
  await run.event('deregistered');
  await live.registered('reboots', 2);
  t.is(await readPlain(live, 'reboots', '/3/0/15'), 'Europe/Berlin');
  t.true((await live.server.execute('reboots', '/3/0/5')).success);
  await live.registered('reboots', 3);
  t.is(await readPlain(live, 'reboots', '/3/0/15'), '+02:00', 'Factory Reset forgets it');
  run.child.stdin.end();
  t.is(await run.ended, 0);
});

test.serial('firmware is pushed, applied by a restart, and shows a new version', async (t) => {
  const run = board('updates');
  await live.registered('updates');
  const image = new Uint8Array(3000).map((_, i) => i * 7);
  t.true((await live.server.write('updates', '/5/0/0', image)).success);
  t.like(await run.event('written'), { path: '/5/0/0', bytes: 3000 });
  t.like(await readPlain(live, 'updates', '/5/0'), { 3: 2, 5: 0 });
  t.true((await live.server.execute('updates', '/5/0/2')).success);
  await live.registered('updates', 2);
  t.like(await readPlain(live, 'updates', '/5/0'), { 3: 0, 5: 1 });
  t.is(await readPlain(live, 'updates', '/3/0/3'), '1.1');
  for (const [text, state, result] of [['FAIL2', 0, 2], ['FAIL5', 0, 5], ['FAIL8', 2, 8]] as const) {
    await live.server.write('updates', '/5/0/0', Uint8Array.of(0));
    await live.server.write('updates', '/5/0/0', new TextEncoder().encode(text.padEnd(300, '.')));
    if (result === 8) await live.server.execute('updates', '/5/0/2');
    t.like(await readPlain(live, 'updates', '/5/0'), { 3: state, 5: result }, text);
  }
  run.child.stdin.end();
  t.is(await run.ended, 0);
});

test.serial('commands act on the application\'s side', async (t) => {
  const run = board('commanded');
  await live.registered('commanded');
  await live.server.observe('commanded', '/3/0/9');
  const notified = new Promise((resolve) => live.server.events.on('notification', ({ registration, content }) => registration.endpoint === 'commanded' && resolve(plain(content))));
  t.like(await run.command({ command: 'read', path: '/3/0/9' }), { ok: true, path: '/3/0/9', value: 100 });
  t.like(await run.command({ command: 'write', path: '/3/0/9', value: 46 }), { ok: true });
  t.is(await notified, 46);
  t.is(await readPlain(live, 'commanded', '/3/0/9'), 46);
  t.like(await run.command({ command: 'write', path: '/3/0/11', value: [1, 5] }), { ok: true });
  t.like(await run.command({ command: 'write', path: '/3/0/11/1', value: 3 }), { ok: true });
  t.deepEqual((await run.command({ command: 'read', path: '/3/0' })).value[11], { 0: 1, 1: 3 });
  t.is((await run.command({ command: 'read', path: '/3/0/11/1' })).value, 3);
  t.like(await run.command({ command: 'create', path: '/16', value: { 0: ['x', 'y'] } }), { ok: true, value: '/16/1' });
  await run.event('updated');
  t.true(live.server.registry.byEndpoint('commanded')!.objects.get(16)!.instances.includes(1), 'the server hears of the new instance');
  t.deepEqual(await readPlain(live, 'commanded', '/16/1'), { 0: { 0: 'x', 1: 'y' } });
  t.deepEqual(Object.keys((await run.command({ command: 'read', path: '/16' })).value), ['0', '1']);
  t.like(await run.command({ command: 'delete', path: '/16/1' }), { ok: true });
  t.is((await live.server.read('commanded', '/16/1')).code, 132);
  const updates = run.events().filter(({ event }) => event === 'updated').length;
  t.like(await run.command({ command: 'update' }), { ok: true });
  await run.event('updated', updates + 1);
  t.deepEqual(run.events().filter(({ event }) => event === 'written'), [], 'what the application does is no event');
  t.like(await run.command({ command: 'stop' }), { ok: true });
  t.is(await run.ended, 0);
  t.is(run.events().at(-1)!.event, 'deregistered');
  t.is(live.server.registry.byEndpoint('commanded'), undefined);
});

test.serial('a command that cannot be done is answered by a sentence', async (t) => {
  const run = board('refusing');
  await live.registered('refusing');
  const cases: [object, RegExp][] = [
    [{ command: 'jump' }, /must be one of read, write, create, delete, update, stop/],
    [{ command: 'read' }, /"path" must be a text like \/3/],
    [{ command: 'read', path: '/3/0/09' }, /"path" must be/],
    [{ command: 'read', path: '/99' }, /no object 99/],
    [{ command: 'read', path: '/3/7' }, /no instance \/3\/7/],
    [{ command: 'read', path: '/3/0/4' }, /cannot be read/],
    [{ command: 'read', path: '/3/0/17' }, /has no resource 17/],
    [{ command: 'write', path: '/3/0/9' }, /"value" is missing/],
    [{ command: 'write', path: '/3/0/9', value: 'full' }, /not a whole number/],
    [{ command: 'write', path: '/3/0/9', value: 1.5 }, /not a whole number/],
    [{ command: 'write', path: '/3/0/0', value: 7 }, /not a string/],
    [{ command: 'write', path: '/3/0/11', value: 7 }, /several values/],
    [{ command: 'write', path: '/5/0/3', value: 1 }, /can only be changed by the program/],
    [{ command: 'create', path: '/3/1' }, /cannot be created/],
    [{ command: 'create', path: '/16/0' }, /exists already/],
    [{ command: 'delete', path: '/3/0' }, /cannot be deleted/],
    [{ command: 'delete', path: '/16/9' }, /no instance/],
  ];
  for (const [command, sentence] of cases) {
    const result = await run.command(command);
    t.false(result.ok);
    t.regex(result.error, sentence, JSON.stringify(command));
  }
  for (const line of ['no json', '[1]', '7', 'null', '""']) run.child.stdin.write(line + '\n');
  t.like(await run.command({ command: 'read', path: '/3/0/2' }), { value: '345000123' });
  t.is(run.events().filter(({ event, ok, id }) => event === 'result' && !ok && id === undefined).length, 5);
  run.child.stdin.end();
  t.is(await run.ended, 0);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test.serial(`${signal} de-registers first; without --json it speaks in sentences and leaves the input alone`, async (t) => {
    const run = sim('--server', live.uri, '--endpoint', signal);
    run.child.stdin.end();
    await live.registered(signal);
    await run.line(/^\d\d:\d\d:\d\d registered at coap:\/\/127\.0\.0\.1:\d+ as /);
    await live.server.write(signal, '/3/0/15', 'UTC');
    await run.line(/\/3\/0\/15 was written: "UTC"$/);
    run.child.kill(signal);
    t.is(await run.ended, 0);
    t.is(live.server.registry.byEndpoint(signal), undefined);
    t.regex(run.out(), /left coap:\/\/127\.0\.0\.1:\d+\n$/);
    t.is(run.errors(), '');
  });
}

test.serial('a server that never answered leaves nothing to de-register from', async (t) => {
  const run = sim('--server', 'coap://127.0.0.1:9', '--endpoint', 'lonely', '--json');
  await run.event('started');
  run.child.kill('SIGTERM');
  t.is(await run.ended, 0, 'it was never registered');
});

test.serial('a server that is gone at the end: exit code 1 and a sentence', async (t) => {
  const gone = await startLive();
  const run = sim('--server', gone.uri, '--endpoint', 'left', '--json');
  await run.event('registered');
  await gone.server.stop();
  run.child.stdin.end();
  t.is(await run.ended, 1);
  t.regex(run.errors(), /the server did not answer the de-registration/);
});

const WRONG: [string, string[], number, RegExp][] = [
  ['a URI of another scheme', ['--server', 'http://x'], 2, /--server http:\/\/x: .*coap:\/\/HOST/],
  ['a URI without host', ['--server', 'coap://'], 2, /the host is missing.*coap:\/\/HOST/],
  ['a port that is none', ['--server', 'coap://x:99999'], 2, /"99999" is not a port/],
  ['coaps', ['--server', 'coaps://x'], 2, /not supported yet/],
  ['a name without address', ['--server', 'coap://no-such-host.invalid'], 1, /no address is known for the name no-such-host\.invalid/],
  ['an unknown board', ['--board', 'toaster'], 2, /unknown board toaster; there are .*host/],
  ['a program that is not there', ['--app', 'nowhere.ts'], 2, /--app nowhere\.ts: there is no such file/],
  ['a program that is none', ['--app', 'README'], 2, /there is no such file|must be a TypeScript file/],
  ['a lifetime that is none', ['--lifetime', '0'], 2, /whole number of seconds/],
  ['an endpoint that is none', ['--endpoint', ''], 2, /1 to 200 bytes/],
  ['an option that is none', ['--speed', '9'], 2, /unknown option '--speed'/],
];

for (const [name, line, code, sentence] of WRONG) {
  test.serial(`${name}: exit code ${code} and one sentence`, async (t) => {
    const run = sim(...line);
    t.is(await run.ended, code);
    t.regex(run.errors(), sentence);
    t.is(run.errors().trim().split('\n').length, 1, run.errors());
    t.is(run.out(), '');
  });
}
