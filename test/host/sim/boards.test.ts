/** Bundles of boards that are not Node, on Node: the platform that they expect is there. What only the engine does is for `npm run engines`. */
import test from 'ava';
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
    run.child.stdin.end();
    t.is(await run.ended, 0);
    t.is(live.server.registry.byEndpoint(board), undefined);
  });
}
