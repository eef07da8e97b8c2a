/** The operations whose memory is measured, each by itself: our server against the test device of test/engines/live. */
import { once } from 'node:events';
import type { OperationName } from '../../../src/host/build/ledger';
import type { Session } from './live';

export interface Operation {
  name: OperationName;
  /** What must be there for it. */
  before?(s: Session): Promise<unknown>;
  /** Whether it went as it should. */
  run(s: Session): Promise<boolean>;
  /** Makes the device what it was. */
  after?(s: Session): Promise<unknown>;
}

const CONTENT = 69;
const CHANGED = 68;
const CREATED = 65;
const DELETED = 66;

const isCode = async (answer: Promise<{ code: number } | undefined>, code: number) => (await answer)?.code === code;
const zone = (s: Session, value: string) => s.server.write(s.name, '/3/0/15', value);
const long = (s: Session) => 'Europe/Vienna '.repeat(100).slice(0, s.long);

export const OPERATIONS: Operation[] = [
  {
    // The server has forgotten the device, which hears so when it renews its registration, and registers.
    name: 'register',
    async run({ server, name }) {
      if (!(await isCode(server.execute(name, '/1/0/8'), CHANGED))) return false;
      const registered = once(server.events, 'registration');
      server.registry.remove(server.registry.byEndpoint(name)!, 'stopped');
      await registered;
      return true;
    },
  },
  {
    name: 'update',
    async run({ server, name }) {
      const updated = once(server.events, 'updated');
      if (!(await isCode(server.execute(name, '/1/0/8'), CHANGED))) return false;
      await updated;
      return true;
    },
  },
  { name: 'read one', run: ({ server, name }) => isCode(server.read(name, '/3303/0/5700'), CONTENT) },
  { name: 'read object', run: ({ server, name }) => isCode(server.read(name, '/3'), CONTENT) },
  { name: 'write', run: ({ server, name }) => isCode(server.write(name, '/3/0', { 14: '+02:00', 15: 'UTC' }, { replace: false }), CHANGED) },
  { name: 'execute', run: ({ server, name }) => isCode(server.execute(name, '/3/0/4', "0='a',7"), CHANGED) },
  { name: 'discover', run: ({ server, name }) => isCode(server.discover(name, '/3/0'), CONTENT) },
  {
    name: 'write-attributes',
    run: ({ server, name }) => isCode(server.writeAttributes(name, '/3303/0/5700', { pmin: '1', pmax: '600' }), CHANGED),
    after: ({ server, name }) => server.writeAttributes(name, '/3303/0/5700', { pmin: null, pmax: null }),
  },
  {
    name: 'observe',
    run: async ({ server, name }) => (await server.observe(name, '/3303/0/5700')).observed,
    after: ({ server, name }) => server.cancelObservation(name, '/3303/0/5700'),
  },
  {
    // The measure rises when /3303/0/5605 is executed.
    name: 'notify',
    before: ({ server, name }) => server.observe(name, '/3303/0/5700'),
    async run({ server, name }) {
      const notified = once(server.events, 'notification');
      if (!(await isCode(server.execute(name, '/3303/0/5605'), CHANGED))) return false;
      await notified;
      return true;
    },
    after: ({ server, name }) => server.cancelObservation(name, '/3303/0/5700'),
  },
  {
    name: 'create',
    run: ({ server, name, features }) => isCode(server.create(name, '/16/5', { 0: { 0: 'x' } }), features.create === false ? 133 : CREATED),
    after: ({ server, name }) => server.delete(name, '/16/5'),
  },
  {
    name: 'delete',
    before: ({ server, name }) => server.create(name, '/16/5', { 0: { 0: 'x' } }),
    run: ({ server, name, features }) => isCode(server.delete(name, '/16/5'), features.create === false ? 132 : DELETED),
  },
  // What is written stays in the application: its variables are among those that this one needs.
  { name: 'block1', run: (s) => isCode(zone(s, long(s)), CHANGED), after: (s) => zone(s, 'UTC') },
  {
    name: 'block2',
    before: (s) => zone(s, long(s)),
    async run(s) {
      const { code, content } = await s.server.read(s.name, '/3/0/15');
      return code === CONTENT && !!content && 'value' in content && content.value === long(s);
    },
    after: (s) => zone(s, 'UTC'),
  },
  // The worst moments: a device that already holds a long value, and needs room beside it.
  { name: 'replace long', before: (s) => zone(s, long(s)), run: (s) => isCode(zone(s, long(s).toUpperCase()), CHANGED), after: (s) => zone(s, 'UTC') },
  {
    name: 'object, long',
    before: (s) => zone(s, long(s)),
    run: async (s) => JSON.stringify((await s.server.read(s.name, '/3')).content ?? '').includes(long(s)),
    after: (s) => zone(s, 'UTC'),
  },
  {
    // /3/0/14 is written, and the notification of /3 goes out in blocks.
    name: 'notify, long',
    before: async (s) => {
      await zone(s, long(s));
      await s.server.observe(s.name, '/3');
    },
    async run({ server, name }) {
      const notified = once(server.events, 'notification');
      if (!(await isCode(server.write(name, '/3/0/14', '+01:00'), CHANGED))) return false;
      await notified;
      return true;
    },
    after: async (s) => {
      await s.server.cancelObservation(s.name, '/3');
      await zone(s, 'UTC');
    },
  },
];

/** Values go out and come in in blocks, `count` each way. Throws at the first wrong answer. */
export async function transferBlocks(s: Session, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const value = String(i).padEnd(s.long, 'abcdefghij');
    const written = await zone(s, value);
    if (written.code !== CHANGED) throw new Error(`transfer ${i}, to the device: ${written.code}`);
    const { code, content } = await s.server.read(s.name, '/3/0/15');
    if (code !== CONTENT || !content || !('value' in content) || content.value !== value) throw new Error(`transfer ${i}, from the device: ${code}`);
    // The application keeps what is written: one long value, and not two.
    await zone(s, 'UTC');
  }
}
