/** CoRE link-format: read and written by the server; what a client registers with these objects is read as well. */
import { decodeLinks, encodeLinks, type Link } from '../../../src/host/server/formats/link';
import { createBench, parse } from '../../../test/support/bench';
import { createStore } from '../../../test/support/store';
import { same, Skip } from '../check';
import type { Context, Run } from '../types';
import { decodeMessage } from '../../../test/reference/coap';
import { idsOf } from '../values';

interface PlainLink {
  uri: string;
  attrs: Record<string, string | null>;
}

const plainOf = (links: Link[]): PlainLink[] => links.map(({ uri, attributes }) => ({ uri, attrs: sorted(attributes) }));
const sorted = <T>(record: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A client that has just these objects says the same in its Register, but for what is told of the root. */
function checkRegister({ endpoint }: Context, links: PlainLink[]): void {
  const listed = links.filter(({ uri }) => /^(\/\d+){1,2}$/.test(uri));
  if (listed.length < links.length - 1 || listed.some(({ attrs }) => Object.keys(attrs).some((name) => name !== 'ver'))) return;
  const ids = [...new Set(listed.map(({ uri }) => idsOf(uri)[0]!))];
  const objects = ids.map((id) => {
    const instances = listed.map(({ uri }) => idsOf(uri)).filter(([object, instance]) => object === id && instance !== undefined);
    const version = listed.find(({ uri }) => uri === `/${id}`)?.attrs.ver ?? undefined;
    return createStore(id, { 0: 'RW integer' }, Object.fromEntries(instances.map(([, instance]) => [instance!, { 0: 1 }])), { version });
  });
  const bench = createBench(endpoint, objects);
  bench.start();
  const payload: number[] = [];
  for (;;) {
    const register = parse(bench.out[bench.out.length - 1]!.bytes);
    payload.push(...register.payload);
    const block = register.options.find(({ number }) => number === 27);
    if (!block || !(block.value[block.value.length - 1]! & 8)) break;
    bench.say({ type: 2, code: 0x5f, mid: register.mid, token: register.token, options: [block] });
    if (typeof decodeMessage(bench.out[bench.out.length - 1]!.bytes) === 'string') break;
  }
  const told = plainOf(decodeLinks(Buffer.from(payload).toString('utf8'))).filter(({ uri }) => uri !== '/' && (uri !== '/1' || ids.includes(1)));
  const withBuiltIn = ids.includes(1) ? told : told.filter(({ uri }) => !uri.startsWith('/1/'));
  const byUri = (a: PlainLink, b: PlainLink): number => (a.uri < b.uri ? -1 : 1);
  same([...withBuiltIn].sort(byUri), [...listed].sort(byUri), 'what the client registers');
}

export const runLinkFormat: Run = (vector, context) => {
  if (typeof vector.text !== 'string') throw new Skip('it has no text');
  if (vector.op === 'reject' || vector.links === null) {
    let links;
    try {
      links = decodeLinks(vector.text);
    } catch {
      return;
    }
    same(plainOf(links), null, 'decoded');
  }
  if (vector.op !== 'both' && vector.op !== 'decode' && vector.op !== 'encode') throw new Skip(`the operation ${vector.op} is not known for link-format`);
  const links = (vector.links as PlainLink[]).map(({ uri, attrs }) => ({ uri, attrs: sorted(attrs) }));
  if (vector.op !== 'encode') same(plainOf(decodeLinks(vector.text)), links, 'decoded by the server');
  if (vector.op !== 'decode') {
    const text = encodeLinks((vector.links as PlainLink[]).map(({ uri, attrs }) => ({ uri, attributes: attrs })));
    same(plainOf(decodeLinks(text)), links, 'encoded by the server');
  }
  if (vector.group === 'register') checkRegister(context, links);
};
