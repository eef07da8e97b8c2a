/** Many clients in one process, in plain CoAP: what they send is made of bytes here, so that the server under load is all that costs. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import * as wire from '../../src/device/wire/coap';
import { decodeMessage, encodeMessage, NOTHING, type Message, type Option } from '../../src/host/server/coap/message';
import { findOption, makeText, makeUint, textOptions, uintOption } from '../../src/host/server/coap/options';

/** The Device object of the specification's example without its lists: 88 bytes of TLV (LwM2M TS 1.0.2 section 6.4.3). */
const DEVICE = Buffer.from(
  'c800144f70656e204d6f62696c6520416c6c69616e6365c801164c69676874776569676874204d324d20436c69656e74c80209333435303030313233c303312e30c10964c10a0fc40d5182428fc60e2b30323a3030c11055',
  'hex',
);
const LINKS = Buffer.from('</1/0>,</3/0>,</3303/0>');
const ANSWER_MS = 10_000;

interface Client {
  endpoint: string;
  socket: Socket;
  mid: number;
  location: Option[];
  /** of the observation of its temperature */
  token?: Uint8Array;
  sequence: number;
  /** called with what answers the message that is under way, or with nothing when nothing does */
  settle?: (answer?: Message) => void;
}

/** An address of its own for each: 127.1.0.1 and on, so that no limit per address is met. */
const addressOf = (index: number): string => `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;

export class Clients {
  readonly #clients: Client[] = [];
  #port = 0;
  /** messages that were not answered as they should be */
  failed = 0;

  async open(count: number, port: number, first = 1): Promise<void> {
    this.#port = port;
    for (let index = first; index < first + count; index++) {
      const socket = createSocket('udp4');
      const client: Client = { endpoint: `load-${index}`, socket, mid: index & 0xffff, location: [], sequence: 1 };
      socket.on('message', (datagram) => this.#receive(client, datagram));
      socket.bind(0, addressOf(index));
      await once(socket, 'listening');
      this.#clients.push(client);
    }
  }

  close(): void {
    for (const { socket } of this.#clients.splice(0)) socket.close();
  }

  register(count: number, window: number): Promise<void> {
    return this.#each(count, window, async (client) => {
      const query = [`ep=${client.endpoint}`, 'lt=86400', 'lwm2m=1.0', 'b=U'].map((text) => makeText(wire.OPTION_URI_QUERY, text));
      const options = [makeText(wire.OPTION_URI_PATH, 'rd'), makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_LINK), ...query];
      const answer = await this.#ask(client, { code: wire.CODE_POST, options, payload: LINKS });
      client.location = answer ? textOptions(answer, wire.OPTION_LOCATION_PATH).map((text) => makeText(wire.OPTION_URI_PATH, text)) : [];
      return answer?.code === wire.CODE_CREATED;
    });
  }

  update(count: number, window: number): Promise<void> {
    return this.#each(count, window, async (client) => (await this.#ask(client, { code: wire.CODE_POST, options: client.location }))?.code === wire.CODE_CHANGED);
  }

  /** Confirmable notifications of a temperature, in text. */
  notify(count: number, window: number): Promise<void> {
    return this.#each(count, window, async (client) => {
      const options = [makeUint(wire.OPTION_OBSERVE, client.sequence++), makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TEXT)];
      const payload = Buffer.from((20 + (client.sequence % 100) / 10).toFixed(1));
      return (await this.#ask(client, { code: wire.CODE_CONTENT, token: client.token ?? NOTHING, options, payload }))?.type === wire.TYPE_ACK;
    });
  }

  async #each(count: number, window: number, run: (client: Client) => Promise<boolean>): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < count) if (!(await run(this.#clients[next++ % this.#clients.length]!))) this.failed++;
    };
    await Promise.all(Array.from({ length: Math.min(window, this.#clients.length) }, worker));
  }

  #ask(client: Client, message: Partial<Message>): Promise<Message | undefined> {
    client.mid = (client.mid + 1) & 0xffff;
    const whole: Message = { type: wire.TYPE_CON, code: 0, mid: client.mid, token: Uint8Array.of(client.mid >> 8, client.mid & 255), options: [], payload: NOTHING, ...message };
    return new Promise((resolve) => {
      const timer = setTimeout(() => client.settle?.(), ANSWER_MS);
      client.settle = (answer) => {
        clearTimeout(timer);
        client.settle = undefined;
        resolve(answer);
      };
      client.socket.send(encodeMessage(whole), this.#port, '127.0.0.1');
    });
  }

  #receive(client: Client, datagram: Buffer): void {
    const message = decodeMessage(datagram);
    if ('malformed' in message) return;
    if (message.type >= wire.TYPE_ACK) {
      if (message.mid === client.mid) client.settle?.(message);
      return;
    }
    const path = textOptions(message, wire.OPTION_URI_PATH).join('/');
    const observe = findOption(message, wire.OPTION_OBSERVE);
    const options: Option[] = [];
    if (observe && message.code === wire.CODE_GET) {
      client.token = message.token;
      options.push(makeUint(wire.OPTION_OBSERVE, client.sequence++));
    }
    const tlv = path === '3/0';
    options.push(makeUint(wire.OPTION_CONTENT_FORMAT, tlv ? wire.FORMAT_TLV : wire.FORMAT_TEXT));
    if (!tlv && uintOption(message, wire.OPTION_ACCEPT) === wire.FORMAT_TLV) return;
    const answer: Message = {
      type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: message.mid, token: message.token, options, payload: tlv ? DEVICE : Buffer.from(path === '3/0/9' ? '100' : '21.5'),
    };
    client.socket.send(encodeMessage(answer), this.#port, '127.0.0.1');
  }
}
