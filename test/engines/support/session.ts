/** The management session that every board's bundle must pass: our server against the test device of test/engines/live. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { createLwM2mServer, type Server } from '../../../src/host/server/index';
import type { Node } from '../../../src/host/server/node';

const CONTENT = 69;
const CHANGED = 68;
const CREATED = 65;
const DELETED = 66;

/** Our server on a free port, without HTTP. Its message ids are large: on Espruino a small number takes no JsVar, a large one does. */
export async function startServer(): Promise<{ server: Server; uri: string }> {
  const server = createLwM2mServer({ coapPort: 0, httpPort: false, hosts: ['127.0.0.1'], random: () => 0.25 + Math.random() / 2 });
  await server.start();
  return { server, uri: `coap://127.0.0.1:${server.coapAddresses[0]!.port}` };
}

/** A node as plain data: values by id. */
function plain(node: Node | undefined): any {
  if (!node) return undefined;
  if ('value' in node) return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  if ('values' in node) return Object.fromEntries([...node.values].map(([id, value]) => [id, typeof value === 'bigint' ? Number(value) : value]));
  const parts: any[] = 'resources' in node ? node.resources : node.instances;
  return Object.fromEntries(parts.map((part) => [part.id, plain(part)]));
}

const long = (length: number): string => Array.from({ length }, (_, i) => String.fromCharCode(97 + ((i * 7) % 26))).join('');

/** A running device that reports its events. */
export interface Told {
  /** The place in its output to wait from. */
  mark(): number;
  /** The detail of the next event of that name after `since`. */
  event(name: string, since?: number): Promise<string>;
}

export interface SessionOptions {
  /** Bytes of the string that is written and read in blocks. */
  long: number;
  /** Features of the board's file: what is off is refused, in the way of CoAP. */
  features: Record<string, boolean>;
}

/** Registers no more; manages. Every answer is compared. */
export async function manage(t: ExecutionContext<any>, server: Server, device: Told, name: string, options: SessionOptions): Promise<void> {
  const read = async (path: string, format?: number) => {
    const answer = await server.read(name, path, { format });
    t.is(answer.code, CONTENT, `Read ${path}: ${answer.message}`);
    return plain(answer.content);
  };
  const code = async (answer: Promise<{ code: number }>) => (await answer).code;

  // Read: instance, resource, in each format; absent paths.
  t.deepEqual(await read('/3/0'), { 0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 6: { 0: 1, 1: 5 }, 9: 100, 13: 1367491215, 14: '+02:00', 15: 'UTC' });
  t.deepEqual(Object.keys(await read('/3')), ['0']);
  t.is(await read('/3/0/0', 0), 'Open Mobile Alliance');
  t.is(await read('/3/0/9', 11542), 100);
  t.deepEqual(await read('/3/0/6'), { 0: 1, 1: 5 });
  t.is(await read('/3303/0/5700'), 20.5);
  t.is((await read('/1/0'))[1], 300);
  t.is(await code(server.read(name, '/3/0/3')), 132);
  t.is(await code(server.read(name, '/9/0')), 132);
  t.is(await code(server.read(name, '/3/0/4')), 133);

  // Write: one value as text and TLV, some of an instance; what may not be written.
  t.is(await code(server.write(name, '/3/0/14', '+01:00')), CHANGED);
  t.is(await code(server.write(name, '/3/0/15', 'Europe/Vienna', { format: 11542 })), CHANGED);
  t.is(await code(server.write(name, '/3/0', { 13: 1700000000 }, { replace: false })), CHANGED);
  const { 13: time, 14: offset, 15: zone } = await read('/3/0');
  t.deepEqual({ time, offset, zone }, { time: 1700000000, offset: '+01:00', zone: 'Europe/Vienna' });
  t.is(await code(server.write(name, '/3/0/0', 'x')), 133);

  // Execute, with arguments.
  const mark = device.mark();
  t.is(await code(server.execute(name, '/3/0/4', "0='a',7")), CHANGED);
  t.deepEqual(JSON.parse((await device.event('executed /3/0/4', mark)).trim()), { 0: 'a', 7: null });

  // Discover at each level.
  const links = async (path: string) => (await server.discover(name, path)).links?.map(({ uri }) => uri);
  t.deepEqual((await links('/3'))?.slice(0, 2), ['/3', '/3/0']);
  t.true((await links('/3/0'))?.includes('/3/0/14'));
  t.deepEqual(await links('/3/0/14'), ['/3/0/14']);

  // Observe: with attributes; a notification; the end.
  t.is(await code(server.writeAttributes(name, '/3303/0/5700', { pmin: '0', pmax: '600', gt: '20.6' })), CHANGED);
  t.true((await server.discover(name, '/3303/0/5700')).links?.some(({ attributes }) => JSON.stringify(attributes).includes('20.6')));
  t.true((await server.observe(name, '/3303/0/5700')).observed);
  const notified = new Promise((resolve) => server.events.once('notification', ({ content }) => resolve(plain(content))));
  t.is(await code(server.execute(name, '/3303/0/5605')), CHANGED);
  t.is(await Promise.race([notified, wait(8000, 'no notification')]), 21);
  await server.cancelObservation(name, '/3303/0/5700');
  t.is(await code(server.writeAttributes(name, '/3303/0/5700', { pmin: null, pmax: null, gt: null })), CHANGED);

  // Create and Delete.
  const created = await server.create(name, '/16', { 0: { 0: 'new', 1: 'other' } });
  if (options.features.create === false) t.is(created.code, 133);
  else {
  t.is(created.code, CREATED, created.message);
  t.is(created.location, '16/1');
  t.deepEqual(await read('/16/1'), { 0: { 0: 'new', 1: 'other' } });
  t.is(await code(server.delete(name, '/16/1')), DELETED);
  t.is(await code(server.read(name, '/16/1')), 132);
  }

  // In blocks, both ways.
  const text = long(options.long);
  t.is(await code(server.write(name, '/3/0/15', text)), CHANGED);
  t.is(await read('/3/0/15'), text);
  t.is((await read('/3/0'))[15], text);
  t.not(await code(server.write(name, '/3/0/15', long(5000))), CHANGED);
  t.is(await read('/3/0/15'), text);
  t.is(await code(server.write(name, '/3/0/15', 'UTC')), CHANGED);

  // The registration: renewed when a server asks for it.
  const again = device.mark();
  t.is(await code(server.execute(name, '/1/0/8')), CHANGED);
  await device.event('updated', again);
}

/** `count` requests of every kind, none in blocks. Fails at the first wrong answer. */
export async function mix(t: ExecutionContext<any>, server: Server, name: string, count: number, features: Record<string, boolean> = {}): Promise<void> {
  const makes = features.create !== false;
  const kinds: [() => Promise<{ code: number }>, number][] = [
    [() => server.read(name, '/3/0'), CONTENT],
    [() => server.read(name, '/3303/0/5700'), CONTENT],
    [() => server.read(name, '/3/0/0', { format: 0 }), CONTENT],
    [() => server.write(name, '/3/0/14', '+03:00'), CHANGED],
    [() => server.write(name, '/3/0', { 14: '+02:00', 15: 'UTC' }, { replace: false }), CHANGED],
    [() => server.execute(name, '/3/0/4', '1'), CHANGED],
    [() => server.discover(name, '/3/0'), CONTENT],
    [() => server.observe(name, '/3303/0'), CONTENT],
    [() => server.cancelObservation(name, '/3303/0') as Promise<{ code: number }>, CONTENT],
    [() => server.writeAttributes(name, '/3303/0/5700', { pmin: '1' }), CHANGED],
    [() => server.writeAttributes(name, '/3303/0/5700', { pmin: null }), CHANGED],
    [() => server.create(name, '/16/5', { 0: { 0: 'x' } }), makes ? CREATED : 133],
    [() => server.delete(name, '/16/5'), makes ? DELETED : 132],
    [() => server.read(name, '/3/0/99'), 132],
    [() => server.write(name, '/3/0/0', 'x'), 133],
  ];
  for (let i = 0; i < count; i++) {
    const [ask, expected] = kinds[i % kinds.length]!;
    const { code } = await ask();
    if (code !== expected) return t.fail(`request ${i} (kind ${i % kinds.length}): ${code}, not ${expected}`);
  }
}
