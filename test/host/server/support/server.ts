import * as wire from '../../../../src/device/wire/coap';
import { createLwM2mServer, type ServerOptions } from '../../../../src/host/server/index';
import type { Message } from '../../../../src/host/server/coap/message';
import { makeUint, textOptions } from '../../../../src/host/server/coap/options';
import type { Peer } from '../../../../src/host/server/coap/transport';
import { VirtualClock } from './clock';
import { device, MemoryTransport, pathOptions, queryOptions, seeded } from './wire';

/** A server in virtual time, without HTTP, and hands to speak to it with. */
export async function startServer(options: Partial<ServerOptions> = {}) {
  const clock = new VirtualClock();
  const transport = new MemoryTransport();
  const server = createLwM2mServer({ clock, transport, random: seeded(7), httpPort: false, ...options });
  await server.start();
  const happened: string[] = [];
  server.events.on('registration', ({ endpoint }) => happened.push(`registration ${endpoint}`));
  server.events.on('updated', ({ endpoint }) => happened.push(`updated ${endpoint}`));
  server.events.on('deregistration', ({ endpoint }, reason) => happened.push(`${reason} ${endpoint}`));
  server.events.on('fault', (error) => happened.push(`fault ${error}`));
  let mid = 0;
  /** Sends a request and returns what came back at once. */
  const ask = (
    code: number,
    path: string,
    query: string[] = [],
    payload = '',
    { from = device, format = wire.FORMAT_LINK as number | 'none', options: extra = [] as Message['options'] } = {},
  ): Message => {
    const more = payload && format !== 'none' ? [makeUint(wire.OPTION_CONTENT_FORMAT, format)] : [];
    transport.say(
      {
        code,
        mid: mid++,
        token: Uint8Array.of(mid & 255),
        options: [...pathOptions(path), ...more, ...queryOptions(...query), ...extra],
        payload: Buffer.from(payload),
      },
      from,
    );
    return transport.take().find((message) => message.type === wire.TYPE_ACK)!;
  };
  /** Registers and returns the location. */
  const register = (endpoint: string, query: string[] = ['lt=60', 'lwm2m=1.0'], payload = '</1/0>,</3/0>,</3303/0>', from: Peer = device): string => {
    const answer = ask(wire.CODE_POST, '/rd', [`ep=${endpoint}`, ...query], payload, { from });
    if (answer.code !== wire.CODE_CREATED) throw new Error(`Register: ${answer.code} ${Buffer.from(answer.payload)}`);
    return `/${textOptions(answer, wire.OPTION_LOCATION_PATH).join('/')}`;
  };
  return { server, clock, transport, happened, ask, register };
}

/** A server that a device is registered at, and which is about to observe `path`: its request is out, and what the device says comes by hand. */
export async function startObserving(path: string) {
  const { server, transport, register } = await startServer();
  register('a', ['lt=86400']);
  /** The values that it told. */
  const values: string[] = [];
  server.events.on('notification', ({ content }) => values.push(String('value' in content && content.value)));
  transport.take();
  const observing = server.observe('a', path);
  const request = transport.take()[0]!;
  /** A 2.05 with an Observe number, as an answer or a notification. */
  const say = (type: number, mid: number, number: number, value: string) =>
    transport.say({ type, code: wire.CODE_CONTENT, mid, token: request.token, options: [makeUint(wire.OPTION_OBSERVE, number)], payload: Buffer.from(value) });
  return { transport, request, observing, say, values };
}
