import * as wire from '../../../../src/device/wire/coap';
import { decodeMessage, encodeMessage, NOTHING, type Message, type Option } from '../../../../src/host/server/coap/message';
import { makeText } from '../../../../src/host/server/coap/options';
import { makePeer, type Peer, type Transport } from '../../../../src/host/server/coap/transport';

/** A transport without a network: `sent` is what the endpoint sent, `deliver` hands it a datagram. */
export class MemoryTransport implements Transport {
  readonly sent: { message: Message; datagram: Uint8Array; to: Peer }[] = [];
  #onDatagram: (datagram: Uint8Array, from: Peer) => void = () => {};
  /** Answers at once what the endpoint sends. */
  onSend?: (message: Message, to: Peer) => void;

  async start(onDatagram: (datagram: Uint8Array, from: Peer) => void): Promise<void> {
    this.#onDatagram = onDatagram;
  }

  async stop(): Promise<void> {}

  send(datagram: Uint8Array, to: Peer): void {
    const message = decodeMessage(Uint8Array.from(datagram));
    if ('malformed' in message) throw new Error(`the endpoint sent what is no CoAP message: ${message.malformed}`);
    this.sent.push({ message, datagram, to });
    this.onSend?.(message, to);
  }

  addresses(): { address: string; port: number }[] {
    return [{ address: '192.0.2.1', port: 5683 }];
  }

  deliver(datagram: Uint8Array, from: Peer = device): void {
    this.#onDatagram(datagram, from);
  }

  /** Delivers a message; what is not given is empty. */
  say(message: Partial<Message>, from: Peer = device): void {
    this.deliver(encodeMessage(complete(message)), from);
  }

  /** Takes what was sent since the last call. */
  take(): Message[] {
    return this.sent.splice(0).map(({ message }) => message);
  }
}

export const device = makePeer('192.0.2.7', 40000, 0);
export const otherDevice = makePeer('192.0.2.8', 40001, 0);

export function complete(message: Partial<Message>): Message {
  return { type: wire.TYPE_CON, code: 0, mid: 0, token: NOTHING, options: [], payload: NOTHING, ...message };
}

export const pathOptions = (path: string): Option[] =>
  path
    .split('/')
    .filter(Boolean)
    .map((part) => makeText(wire.OPTION_URI_PATH, part));
export const queryOptions = (...query: string[]): Option[] => query.map((part) => makeText(wire.OPTION_URI_QUERY, part));
export const bytes = (hex: string): Uint8Array => Buffer.from(hex.replace(/\s/g, ''), 'hex');

/** A generator of numbers from 0 up to 1 that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
