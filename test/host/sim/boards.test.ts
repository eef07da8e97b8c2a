/** Bundles of boards that are not Node, on Node: the platform that they expect is there. What only the engine does is for `npm run engines`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { wixt } from '../../support/command';
import { readPlain, runWixt, startLive } from '../../support/live';

const live = await startLive();
test.after.always(() => live.server.stop());

for (const board of ['linux-espruino', 'esp8266', 'pico-w', 'iotjs', 'moddable']) {
  test.serial(`${board}: the bundle registers, is read, written and observed`, async (t) => {
    const run = runWixt('sim', '--board', board, '--app', 'examples/thermometer.ts', '--server', live.uri.replace('127.0.0.1', 'localhost'), '--endpoint', board, '--json');
    await run.event('registered');
    t.like(await readPlain(live, board, '/3/0'), { 0: 'ACME', 16: 'U' });
    t.true((await live.server.observe(board, '/3303/0/5700')).observed);
    const [{ path }] = await new Promise<[{ path: string }]>((resolve) => live.server.events.once('notification', (...given) => resolve(given)));
    t.is(path, '/3303/0/5700');
    t.true((await live.server.execute(board, '/3303/0/5605')).success);
    const kinds: (() => Promise<{ success: boolean }>)[] = [
      () => live.server.read(board, '/3/0'),
      () => live.server.writeAttributes(board, '/3303/0/5700', { pmin: '0', pmax: '60' }),
      () => live.server.execute(board, '/3303/0/5605'),
      () => live.server.discover(board, '/3303'),
      () => live.server.read(board, '/3303/0/5700', { format: 0 }),
    ];
    for (let i = 0; i < (board.includes('esp') ? 5 : 1000); i++) {
      const { success } = await kinds[i % kinds.length]!();
      if (!success) t.fail(`request ${i}`);
    }
    run.child.stdin.end();
    t.is(await run.ended, 0);
    t.is(live.server.registry.byEndpoint(board), undefined);
  });
}

test.serial('a program with a store: what was written there is read again, and comes before what the program says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-sim-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'app.ts'),
    `import { connect } from 'wixt';
import { configure } from 'wixt/config';
import * as store from 'wixt/store';
import { read, remove, write } from 'wixt/store';
for (let i = 0; i < 30; i++) write('count', 'about forty bytes, which fill it soon: ' + i);
remove('nothing');
write('spare', 'x');
store.delete('spare');
if (store.read('spare') !== undefined) throw 'the store kept a deleted key';
write('config', '{"endpoint":"from-store"}');
if (read('count') !== 'about forty bytes, which fill it soon: 29') throw 'the store forgot';
connect(configure({ endpoint: 'from-program', server: '${live.uri}', objects: [] }));
`,
  );
  const run = runWixt('sim', '--board', 'linux-espruino', '--app', join(folder, 'app.ts'), '--json');
  await live.registered('from-store');
  run.child.stdin.end();
  t.is(await run.ended, 0);
});

for (const board of ['rak8212', 'pico', 'espruino-wifi'])
  test.serial(`${board}: a board behind a modem is refused in a sentence`, async (t) => {
    const { code, err } = await wixt(['sim', '--board', board]);
    t.is(code, 2);
    t.is(err.trim(), `wixt: board ${board}: its network is behind a modem on a serial port, which the simulator does not have; run the program with --board linux-espruino`);
  });
