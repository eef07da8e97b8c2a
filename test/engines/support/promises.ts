/** What the protocol promises where a network is late, loses and doubles: exchanges in raw messages with the test device of test/engines/live. */
import type { ExecutionContext } from 'ava';
import type { RefMessage } from '../../reference/coap';
import type { LiveDevice } from './live';
import { ACK, GET, POST, RST, type RawServer } from './raw';

export interface Scene {
  t: ExecutionContext<any>;
  /** The device is registered with it. */
  server: RawServer;
  device: LiveDevice;
}

const MEASURE = '/3303/0/5700';
const CONTENT = 69;

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
};
