/** Trouble for linux-espruino's bundle on a real Espruino. */
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { trouble } from '../boards/faults';
import { RawServer } from '../boards/support/peer';
import { findEngine } from './support/espruino';
import { onEngine, withoutEngine } from '../support/engine';
import { startEspruino, type RunningDevice } from './support/device';

// The socket that the adapter makes, within reach.
const SOCKET = 'var D=require("dgram");Modules.addCached("dgram",function(){exports.createSocket=function(t){return S=D.createSocket(t)}});var S;';

test.serial('linux-espruino: empty, cut and foreign datagrams, a socket that closes by itself: it answers right after', async (t) => {
  const engine = await findEngine();
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  onEngine(t, 'espruino', engine.version);
  const server = await RawServer.open();
  const device = (await startEspruino({ board: 'linux-espruino', server: server.uri, endpoint: 'faulty', engine, before: SOCKET, remote: true })) as RunningDevice;
  try {
    await device.event('registered');
    await trouble(t, { server, limit: 527, breakDown: () => device.espruino.evaluate('S.close()') });
    t.deepEqual(device.espruino.complaints, []);
  } finally {
    await device.stop();
    server.close();
  }
});

test.serial('esp8266: empty, cut and foreign datagrams: it answers right after', async (t) => {
  const engine = await findEngine(1700, true);
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  onEngine(t, 'espruino', engine.version);
  const server = await RawServer.open();
  const device = (await startEspruino({ board: 'esp8266', server: server.uri, endpoint: 'faulty', engine })) as RunningDevice;
  try {
    await device.event('registered');
    await trouble(t, { server, limit: 260 });
    t.deepEqual(device.espruino.complaints, []);
  } finally {
    await device.stop();
    server.close();
  }
});

test.serial('linux-espruino: a name that does not resolve is an error that is tried again', async (t) => {
  const engine = await findEngine();
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  onEngine(t, 'espruino', engine.version);
  const device = (await startEspruino({ board: 'linux-espruino', server: 'coap://nobody.invalid', endpoint: 'faulty', engine })) as RunningDevice;
  try {
    t.is((await device.event('error')).trim(), '0');
    const mark = device.mark();
    await device.event('error', mark, 20000);
    t.deepEqual(device.espruino.complaints, []);
  } finally {
    await device.stop();
  }
});

test.serial('linux-espruino: a server that comes late finds the device', async (t) => {
  const engine = await findEngine();
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  onEngine(t, 'espruino', engine.version);
  const late = await RawServer.open();
  const { uri } = late;
  late.close();
  const device = (await startEspruino({ board: 'linux-espruino', server: uri, endpoint: 'faulty', engine })) as RunningDevice;
  try {
    await wait(1500);
    const server = await RawServer.open(Number(uri.split(':')[2]));
    await server.registered();
    t.is((await device.event('registered')).trim(), '');
    server.close();
  } finally {
    await device.stop();
  }
});
