/** Boards whose `dgram` stands on NetworkJS: on a real Espruino, with a driver that hands over all it has at once, as those for the ESP8266 do. */
import { createSocket } from 'node:dgram';
import test from 'ava';
import { onEngine, withoutEngine } from '../support/engine';
import { skip } from '../support/skip';
import { startEspruino } from './support/device';
import { findEngine } from './support/espruino';
import { openLine } from './support/line';
import { mix, startServer } from './support/session';

// The line carries what NetworkJS gives and takes: address, port, length, bytes. The driver is made when the program has begun.
const driver = (path: string) =>
  `var IN="";Serial1.on("data",function(d){IN+=d});Serial1.setup(115200,{path:"${path}"});` +
  'setTimeout(function(){require("NetworkJS").create({create:function(){return 0},close:function(){},accept:function(){return -1},' +
  'recv:function(){var r=IN;IN="";return r},send:function(s,d){var n=8+d.charCodeAt(6)+256*d.charCodeAt(7);Serial1.write(d.substr(0,n));return n}})},0);\n';

test.serial('espruino-wifi: registers and is managed, though its network hands over datagrams all at once', async (t) => {
  t.timeout(120000);
  const engine = await findEngine(2500);
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  const line = await openLine();
  if (typeof line === 'string') return skip(t, line);
  t.teardown(() => line.close());
  const { server, uri } = await startServer();
  t.teardown(() => server.stop());
  const socket = createSocket('udp4');
  t.teardown(() => void socket.close());
  let pieces = Buffer.alloc(0);
  line.onData((data) => {
    pieces = Buffer.concat([pieces, data]);
    while (pieces.length >= 8 && pieces.length >= 8 + pieces.readUInt16LE(6)) {
      const end = 8 + pieces.readUInt16LE(6);
      socket.send(pieces.subarray(8, end), pieces.readUInt16LE(4), [...pieces.subarray(0, 4)].join('.'), () => {});
      pieces = pieces.subarray(end);
    }
  });
  let doubled = 0;
  socket.on('message', (data, { port }) => {
    const head = Buffer.from([127, 0, 0, 1, port & 255, port >> 8, data.length & 255, data.length >> 8]);
    // Each comes twice at once, as the network may do.
    doubled++;
    line.write(Buffer.concat([head, data, head, data]));
  });
  const device = await startEspruino({ board: 'espruino-wifi', server: uri, endpoint: 'wifi', engine, script: true, before: driver(line.path) });
  if (typeof device === 'string') return withoutEngine(t, 'espruino', device);
  t.teardown(() => device.stop());
  onEngine(t, 'espruino', device.engine.version);
  await device.event('registered');
  await mix(t, server, 'wifi', 45);
  t.true(doubled > 45);
  t.deepEqual(device.espruino.complaints, []);
});
