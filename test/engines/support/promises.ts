/** What the protocol promises where a network is late, loses and doubles: exchanges in raw messages with the test device of test/engines/live. */
import type { ExecutionContext } from 'ava';
import type { RefMessage } from '../../reference/coap';
import { pathOptions } from '../../support/bench';
import type { LiveDevice } from './live';
import { ACK, CON, DELETE, GET, POST, PUT, RST, type RawServer } from './raw';

export interface Scene {
  t: ExecutionContext<any>;
  /** The device is registered with it. */
  server: RawServer;
  device: LiveDevice;
}

const MEASURE = '/3303/0/5700';
const CONTENT = 69;
const CHANGED = 68;

const observeOf = ({ options }: RefMessage): number[] | undefined => options.find(({ number }) => number === 6)?.value;

/** The measure of the test device rises. */
async function rise({ t, server }: Scene): Promise<void> {
  t.is((await server.ask(POST, '/3303/0/5605')).code, 68);
}

const observe = async ({ t, server }: Scene, token: number[], more: { accept?: number } = {}): Promise<RefMessage> => {
  const answer = await server.ask(GET, MEASURE, { observe: 0, token, ...more });
  t.is(answer.code, CONTENT);
  t.truthy(observeOf(answer));
  return answer;
};

const cancel = ({ server }: Scene, token: number[]): Promise<RefMessage> => server.ask(GET, MEASURE, { observe: 1, token });

/** By the rule that each holds. A device is made for each. */
export const PROMISES: Record<string, (scene: Scene) => Promise<void>> = {
  'RFC 7252 4.2: a late Reset for the notification of an observation that has ended does not end the one that came after it': async (scene) => {
    const { t, server } = scene;
    await observe(scene, [1]);
    await rise(scene);
    const old = await server.notification([1]);
    await cancel(scene, [1]);
    await observe(scene, [2]);
    server.empty(RST, old);
    await rise(scene);
    const fresh = await server.notification([2]);
    server.empty(ACK, fresh);
    await rise(scene);
    server.empty(ACK, await server.notification([2]));
    t.pass();
  },

  'RFC 7252 4.2: a late Reset does not end an observation that has been renewed with its token': async (scene) => {
    const { t, server } = scene;
    const first = await observe(scene, [1]);
    await rise(scene);
    const old = await server.notification([1]);
    t.notDeepEqual(observeOf(await observe(scene, [1])), observeOf(first));
    server.empty(RST, old);
    const again = await server.notification([1]);
    t.not(again.mid, old.mid);
    server.empty(RST, again);
    await rise(scene);
    t.deepEqual(await server.listen(500), []);
  },

  'RFC 7641 4.1: two observations of one path, in two formats; the cancellation of one, and a late copy of it, leave the other': async (scene) => {
    const { t, server } = scene;
    await observe(scene, [1]);
    t.is((await observe(scene, [2], { accept: 11542 })).payload[0], 0xe4);
    await rise(scene);
    const told = [await server.notification()];
    server.empty(ACK, told[0]!);
    told.push(await server.notification());
    server.empty(ACK, told[1]!);
    t.deepEqual(told.map(({ token, payload }) => [token[0], payload[0]]).sort(), [[1, 0x32], [2, 0xe4]]);
    const end = server.request(GET, MEASURE, { observe: 1, token: [1] });
    for (let i = 0; i < 2; i++) t.is((await server.repeat(end)).code, CONTENT);
    await rise(scene);
    const last = await server.notification();
    t.deepEqual(last.token, [2]);
    server.empty(ACK, last);
    t.deepEqual(await server.listen(300), []);
  },

  'RFC 7959 2.9.3: a block that is too large is 4.13 with the size that is wanted, and the body arrives in that': async ({ t, server }) => {
    const body = Array.from({ length: 600 }, (_, i) => 97 + (i % 26));
    const put = (num: number, size: number) =>
      server.ask(PUT, '/3/0/15', { format: 0, block1: [num, (num + 1) * size < body.length, size], payload: body.slice(num * size, num * size + size) });
    const refused = await put(0, 512);
    t.is(refused.code, 141);
    const hint = refused.options.find(({ number }) => number === 27)!.value;
    t.is(hint.length, 1);
    const size = 16 << (hint[0]! & 7);
    t.true(hint[0]! < 8 && size < 512, `${hint}`);
    const limit = refused.options.find(({ number }) => number === 60)!.value.reduce((sum, byte) => sum * 256 + byte, 0);
    t.true(limit >= body.length);
    for (let num = 0; num * size < body.length; num++) t.is((await put(num, size)).code, (num + 1) * size < body.length ? 95 : 68);
    t.is((await server.ask(GET, '/3/0/15', { block2: [Math.floor(600 / size), false, size] })).payload.at(-1), body.at(-1));
  },

  'RFC 7252 4.5: an Execute that comes again after 12 other requests is answered again and does not run': async ({ t, server, device }) => {
    const execute = server.request(POST, '/3/0/4', { payload: Buffer.from("0='x'") });
    t.is((await server.repeat(execute)).code, 68);
    await device.event('executed');
    const once = device.mark();
    for (let i = 0; i < 12; i++) t.is((await server.ask(PUT, '/3/0/14', { format: 0, payload: Buffer.from(`${i}`) })).code, 68);
    t.is((await server.repeat(execute)).code, 68);
    const ran = device.event('executed', once).then(() => true, () => false);
    t.false(await Promise.race([ran, server.listen(500).then(() => false)]));
  },

  'RFC 7252 4.5, 5.4.1: a response that comes again is acknowledged again, one with an unrecognised critical option gets a Reset': async ({ t, server }) => {
    t.is((await server.ask(POST, '/1/0/8')).code, 68);
    const update = await server.take('an Update', ({ type, code }) => type === CON && code === POST);
    const say = (mid: number, options: { number: number; value: number[] }[] = []) => server.say({ type: CON, code: 68, mid, token: update.token, options });
    const heard = (mid: number) => server.take(`something for ${mid}`, (m) => m.mid === mid && m.type >= ACK);
    say(0x7001, [{ number: 9999, value: [1] }]);
    t.is((await heard(0x7001)).type, RST);
    for (let i = 0; i < 2; i++) {
      say(0x7002);
      t.is((await heard(0x7002)).type, ACK);
    }
    t.is((await server.ask(POST, '/1/0/8')).code, 68);
    const next = await server.take('another Update', ({ type, code, mid }) => type === CON && code === POST && mid !== update.mid);
    say(0x7002);
    t.is((await heard(0x7002)).type, ACK);
    server.answer(next, 68);
  },

  'LwM2M 1.0.2 E.2: a server that has disabled its account gets no answer until the client registers again': async (scene) => {
    const { t, server, device } = scene;
    t.is((await server.ask(PUT, '/1/0/5', { format: 0, payload: Buffer.from('4') })).code, CHANGED);
    const since = device.mark();
    t.is((await server.ask(POST, '/1/0/4')).code, CHANGED);
    const asked = Date.now();
    server.answer(await server.take('a De-register', ({ code }) => code === DELETE), 66);
    await device.event('deregistered', since);
    server.say(server.request(GET, MEASURE));
    server.say(server.request(POST, '/3303/0/5605'));
    t.deepEqual(await server.listen(1500), []);
    await server.register('b');
    // Engines cut parts of a ms off.
    t.true(Date.now() - asked >= 3900);
    const answer = await server.ask(GET, MEASURE);
    t.deepEqual([answer.code, Buffer.from(answer.payload).toString()], [CONTENT, '20.5']);
  },

  'LwM2M 1.0.2 5.5: a client whose notification nobody acknowledges registers anew, and can be observed anew': async (scene) => {
    const { t, server, device } = scene;
    await observe(scene, [1]);
    const since = device.mark();
    await rise(scene);
    const first = await server.notification([1]);
    // Four copies, and MAX_TRANSMIT_WAIT: 62 to 93 s.
    const register = await server.take('a Register', ({ code }) => code === POST, 120_000);
    t.true(register.options.some(({ value }) => Buffer.from(value).toString().startsWith('ep=')));
    server.answer(register, 65, pathOptions('/rd/b', 8));
    await device.event('lost', since);
    for (const m of await server.listen(300)) t.is(m.mid, first.mid);
    await observe(scene, [2]);
    await rise(scene);
    server.empty(ACK, await server.notification([2]));
  },
};
