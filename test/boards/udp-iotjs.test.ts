/** IoT.js' adapter on its modules, as Node stands in for them. */
import test from 'ava';
import { IotjsBuffer, iotjsModules } from '../../src/host/sim/iotjs';
import { conformance } from './conformance';
import { loadAdapter } from './support/adapter';
import { wrap } from './support/subject';

const load = (limit: number) => loadAdapter('udp-iotjs', { globals: { Buffer: IotjsBuffer }, modules: iotjsModules(limit) });

for (const [name, limit, longer] of [['udp-iotjs as on Linux', 65535, 'told'], ['udp-iotjs as on NuttX', 1023, 'cut']] as const) {
  conformance(name, async () => ({
    open: async (options) => wrap(load(limit).openUdp, options, (udp: any) => udp._socket.emit('error', new Error('the network is gone'))),
    largest: longer === 'cut' ? limit : 1400,
    longer,
    ipv6: false,
    names: true,
    localPort: 'adapter',
    breaks: 'told',
    end: async () => {},
  }));
}

test('a Buffer has no indexes: what would read them fails here as there', (t) => {
  const buffer: any = IotjsBuffer.from(new Uint8Array([7, 8, 9]).buffer, 1, 2);
  t.is(buffer[0], undefined);
  t.is(buffer.length, 2);
  t.is(buffer.readUInt8(0), 8);
  t.throws(() => buffer.readUInt8(2), { instanceOf: RangeError });
  t.throws(() => buffer.toString.call(new IotjsBuffer([200, 1])), { instanceOf: TypeError });
});
