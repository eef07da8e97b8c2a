/** `wixt sim --board conformance` against our server: every object and type, as the definitions of 19 and 3442 want them. */
import test from 'ava';
import { readPlain, runWixt, startLive, type Live } from '../../support/live';

const live: Live = await startLive();
test.after.always(() => live.server.stop());

const TEST = '/3442/0';
/** Values of the single resources at the start, and of the multiple ones (OMA 3442, LwM2M v1.1 Test Object 1.0). */
const SINGLE = { 110: 'initial value', 120: 1024, 130: 3.14159, 140: true, 160: 946684800, 170: '3:0', 180: '</3442>' };

test.serial('the conformance device has objects 1 to 7, 16, 19, 3303 and 3442, with all of their types', async (t) => {
  const run = runWixt('sim', '--server', live.uri, '--endpoint', 'conformance', '--json', '--board', 'conformance');
  t.teardown(() => run.child.kill('SIGKILL'));
  const registration = await live.registered('conformance');
  t.deepEqual([...registration.objects.keys()].sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 16, 19, 3303, 3442]);
  const read = async (path: string): Promise<Record<number, any>> => (await readPlain(live, 'conformance', path)) as Record<number, any>;
  const done = async (promise: Promise<{ success: boolean }>) => t.true((await promise).success);
  for (const path of ['/2', '/3/0', '/4/0', '/5/0', '/6/0', '/7/0', '/16/0', '/19/0', '/3303']) t.true((await live.server.read('conformance', path)).success, path);

  const first = await read(TEST);
  t.like(first, SINGLE);
  for (const [id, v] of Object.entries(SINGLE)) t.deepEqual(first[+id + 1000], { 0: v }, id);
  t.deepEqual([...first[150]], [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
  t.deepEqual([first[4], first[6]], [{}, {}]);

  // Clear, and Reset.
  await done(live.server.execute('conformance', `${TEST}/2`));
  const cleared = await read(TEST);
  t.like(cleared, { 110: '', 120: 0, 125: 0, 130: 0, 140: false, 160: 0, 170: '65535:65535', 180: '' });
  t.is(cleared[150].length, 0);
  for (const id of [1110, 1120, 1125, 1130, 1140, 1150, 1160, 1170, 1180]) t.deepEqual(cleared[id], {}, `${id}`);
  await done(live.server.execute('conformance', `${TEST}/0`));
  t.deepEqual(await read(TEST), first);

  // Randomize leaves the arguments of Execute as they are.
  await done(live.server.execute('conformance', `${TEST}/3`, "3='stringValue',4"));
  t.deepEqual(await read(`${TEST}/4`), { 3: 'stringValue', 4: '' });
  await done(live.server.execute('conformance', `${TEST}/1`));
  const random = await read(TEST);
  t.deepEqual(random[4], { 3: 'stringValue', 4: '' });
  t.notDeepEqual(random[130], first[130]);
  for (const id of [1110, 1120, 1150]) t.true(Object.keys(random[id]).length <= 10);
  t.is((await live.server.execute('conformance', `${TEST}/5`)).code, 0x85);

  // Create, with values and without; Delete.
  await done(live.server.create('conformance', '/3442/7', { 110: 'mine' }));
  t.like(await read('/3442/7'), { ...SINGLE, 110: 'mine' });
  await done(live.server.delete('conformance', '/3442/7'));
  await done(live.server.create('conformance', '/19/3', { 0: { 0: Buffer.from('data') } }));
  await done(live.server.delete('conformance', '/19/3'));
  t.is((await live.server.write('conformance', '/19/0/1', 255)).code, 0x80);
  run.child.stdin.end();
  t.is(await run.ended, 0);
  t.is(run.errors(), '');
});

test.serial('what is no option is refused in a sentence, and so is a program beside the conformance device', async (t) => {
  for (const [options, sentence] of [
    [['--board', 'conformance', '--app', 'x.ts'], /--board conformance has its own program: leave out --app/],
    [['--colour'], /unknown option '--colour'/],
    [['--bootstrap', 'coap://127.0.0.1'], /unknown option '--bootstrap'/],
  ] as const) {
    const run = runWixt('sim', ...options);
    t.not(await run.ended, 0);
    t.regex(run.errors(), sentence);
  }
});
