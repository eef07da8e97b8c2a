/** `npm run interop [-- WORD…]`: our device and our server against real peers, over the loopback interface. Each WORD is how the name of a wanted part begins. */
import { readBoard } from '../../src/host/build/boards';
import { startEspruino } from '../engines/support/device';
import type { DeviceOptions, RunningDevice } from '../engines/support/device';
import { findEngine } from '../engines/support/espruino';
import { heapLimit } from '../engines/support/ledger';
import { buildJerry, Jerry } from '../engines/support/jerry';
import { findScriptEngine } from '../engines/support/script';
import { buildDevice, findMquickjs, startFirmware } from '../engines/support/mquickjs';
import { buildDevice as buildModules, findXs, startXs } from '../engines/support/xs';
import { startProbe, startSim } from './device';
import type { Device } from './device';
import { prepareLeshan, startLeshan } from './leshan/index';
import type { LeshanServer, LeshanView } from './leshan/index';
import { finish, group, notePeer, skip } from './runner';
import { prepareAiocoap } from './peers/index';
import { board } from './session/board';
import { coap } from './session/coap';
import { firmware, live } from './session/firmware';
import { basicClient } from './session/basic-client';
import { libcoapAsServer, noLibcoap } from './session/libcoap';
import * as manage from './session/manage';
import { observe, thresholds } from './session/observe';
import { register } from './session/register';
import { serve } from './session/serve';
import { servers } from './session/servers';
import { slowAiocoap, slowLeshan } from './session/slow';
import { blocks, types } from './session/types';
import { unbuilt } from './wixt';

const words = process.argv.slice(2);
const wanted = (name: string): boolean => !words.length || words.some((word) => name.startsWith(word) || word.startsWith(name));

async function part(name: string, run: () => Promise<void>): Promise<void> {
  if (wanted(name)) await group(name, run);
}

/** Everything that any device can do. */
async function session(title: string, view: LeshanView, device: Device): Promise<void> {
  await part(`${title}: read`, () => manage.read(view));
  await part(`${title}: write`, () => manage.write(view));
  await part(`${title}: execute`, () => manage.execute(view, device));
  await part(`${title}: create and delete`, () => manage.createAndDelete(view));
  await part(`${title}: discover`, () => manage.discover(view));
  await part(`${title}: observe`, () => observe(view, device));
}

async function withProbe(server: LeshanServer): Promise<void> {
  const probe = startProbe(server.uri, 'probe');
  await probe.event('registered', 0, undefined, 20_000);
  const view = server.client('probe');
  await session('Leshan and the test device', view, probe);
  await part('Leshan and the test device: thresholds', () => thresholds(view, probe));
  await part('Leshan and the test device: types', () => types(view));
  await probe.stop();
  await part('Leshan and the test device: two servers', () => servers(server, startProbe));
  for (const block of [1024, 64]) await part('Leshan and the test device: blocks', () => blocks(server, startProbe, block));
  await part('Leshan and the test device: a slow link', () => slowLeshan(server, startProbe));
}

/** On an engine with the board's number of variables, or on any: whether the board's memory is enough is a matter of test/engines. */
async function startBoard(options: DeviceOptions): Promise<RunningDevice | string> {
  const device = await startEspruino(options);
  const engine = typeof device === 'string' ? await findEngine() : undefined;
  return engine === undefined ? device : typeof engine === 'string' ? engine : startEspruino({ ...options, engine });
}

/** As byte code, in the heap that its board promises to do with. */
async function withMquickjs(server: LeshanServer): Promise<void> {
  const name = 'mquickjs';
  const title = `Leshan and the bundle of ${name}`;
  const engine = await findMquickjs();
  if (typeof engine === 'string') return skip(title, engine);
  const { features } = (await readBoard(name)).board;
  const script = await buildDevice({ endpoint: name, server: server.uri, lifetime: 300 });
  const { firmware } = await startFirmware(engine, script, { heap: heapLimit(name, 32 * 1024) });
  await group(title, () => board(server, firmware, name, 700, features));
  await firmware.stop();
}

/** What docs/boards/moddable.md promises to do with, in bytes: Leshan's session takes 10 % more than ours, whose smallest heap size.json has. */
const XS_HEAP = 24 * 1024;

/** As modules on XS, with ECMA-419's UDP class. */
async function withXs(server: LeshanServer): Promise<void> {
  const name = 'moddable';
  const title = `Leshan and the bundle of ${name}`;
  const engine = unbuilt ?? (await findXs());
  if (typeof engine === 'string') return skip(title, engine);
  const { features } = (await readBoard(name)).board;
  const firmware = startXs(engine, await buildModules({ endpoint: name, server: server.uri, lifetime: 300 }), { heap: XS_HEAP });
  await group(title, () => board(server, firmware, name, 700, features));
  await firmware.stop();
}

/** On JerryScript, in a stand-in for their platforms. */
async function withJerry(server: LeshanServer): Promise<void> {
  const engine = await findScriptEngine('jerryscript');
  for (const [name, platform] of [['pico-w', 'kaluma'], ['iotjs', 'iotjs']] as const) {
    const title = `Leshan and the bundle of ${name}`;
    if (!wanted(title)) continue;
    if (typeof engine === 'string') {
      skip(title, engine);
      continue;
    }
    const { features } = (await readBoard(name)).board;
    const jerry = await Jerry.start(engine.binary, platform, await buildJerry(name, { endpoint: name, server: server.uri, lifetime: 300 }));
    await group(title, () => board(server, jerry, name, 700, features));
    await jerry.stop();
  }
}

async function withLeshan(): Promise<void> {
  const server = await startLeshan();
  if (unbuilt) skip('Leshan and wixt sim', unbuilt);
  else if (wanted('Leshan and wixt sim')) {
    const links = ['</1/0>', '</3/0>', '</4/0>', '</5/0>', '</6/0>', '</7/0>', '</3303>;ver=1.1', '</3303/0>', '</16/0>'];
    await part('Leshan and wixt sim: register', () => register(server, startSim, 'sim-register', links));
    const sim = startSim(server.uri, 'sim');
    await sim.event('registered', 0, undefined, 20_000);
    const view = server.client('sim');
    await session('Leshan and wixt sim', view, sim);
    await part('Leshan and wixt sim: firmware', () => firmware(view, sim));
    await part('Leshan and wixt sim: live', () => live(view, sim));
    await sim.stop();
  }
  if (!unbuilt) await part('Leshan and examples/basic-client.ts', () => basicClient(server));
  if (wanted('Leshan and the test device')) await withProbe(server);
  for (const [name, size] of [['linux-espruino', 700], ['esp8266', 700]] as const) {
    const title = `Leshan and the bundle of ${name}`;
    if (!wanted(title)) continue;
    const running = unbuilt ?? (await startBoard({ board: name, server: server.uri, endpoint: name }));
    if (typeof running === 'string') skip(title, running);
    else {
      const { features } = (await readBoard(name)).board;
      await group(title, () => board(server, running, name, size, features));
      await running.stop();
    }
  }
  if (wanted('Leshan and the bundle of mquickjs')) await withMquickjs(server);
  if (wanted('Leshan and the bundle of moddable')) await withXs(server);
  await withJerry(server);
  await server.process.kill();
}

const noLeshan = prepareLeshan();
notePeer('leshan', 'from Maven Central', noLeshan);
if (noLeshan) skip('Leshan', noLeshan);
else if (wanted('Leshan and')) await withLeshan();
const noAiocoap = prepareAiocoap();
notePeer('aiocoap', 'from PyPI', noAiocoap);
notePeer('libcoap', 'of this machine', noLibcoap);
if (noAiocoap) skip('aiocoap and our device', noAiocoap);
else {
  await part('aiocoap and our device', () => coap(startProbe));
  await part('aiocoap and our device: a slow link', () => slowAiocoap(startProbe));
}
if (noAiocoap ?? noLibcoap) skip('libcoap and our device', (noLibcoap ?? noAiocoap)!);
else await part('libcoap and our device', () => libcoapAsServer(startProbe));
if (unbuilt) skip('our server', unbuilt);
else if (wanted('our server')) await serve();
process.exit(finish());
