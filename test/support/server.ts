/** A server's answers to a client's Register, Update and De-register, for tests that are about something else or about these. */
import { valuesOf, type RefMessage } from '../reference/coap';
import { parse, pathOptions, type Bench, type Sent } from './bench';

export const pathText = (m: RefMessage): string => '/' + valuesOf(m, 11).map((value) => Buffer.from(value).toString()).join('/');
export const queryOf = (m: RefMessage): string[] => valuesOf(m, 15).map((value) => Buffer.from(value).toString());
export const payloadText = (m: RefMessage): string => Buffer.from(m.payload).toString();

/** A request that a client sent. */
export interface Asked {
  at: number;
  sent: Sent;
  m: RefMessage;
  path: string;
  query: string[];
}

/** Those of `sent` that are requests. */
export function requestsIn(sent: Sent[]): Asked[] {
  return sent
    .map((one) => ({ at: one.at, sent: one, m: parse(one.bytes) }))
    .filter(({ m }) => m.code > 0 && m.code < 32)
    .map((one) => ({ ...one, path: pathText(one.m), query: queryOf(one.m) }));
}

export function answer(bench: Bench, { m, sent }: Asked, code: number, location?: string): Sent[] {
  return bench.say({ type: 2, code, mid: m.mid, token: m.token, options: location ? pathOptions(location, 8) : [] }, sent.address);
}

/** Lets time pass, at most `ms`, until the client sends a request; that. */
export function nextRequest(bench: Bench, ms = 200_000): Asked | undefined {
  for (const end = bench.now + ms; bench.now < end; ) {
    const found = requestsIn(bench.wait(end - bench.now))[0];
    if (found) return found;
  }
  return undefined;
}
