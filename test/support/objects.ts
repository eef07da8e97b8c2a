/** A registered client with objects that have something to do later: the pump's part is played here. */
import type { ClientOptions } from '../../src/device/index';
import { findMeta } from '../../src/device/lwm2m/model';
import { pollObjects, type Later, type Teller } from '../../src/device/objects/poll';
import { META_MULTIPLE, META_TYPE, TYPE_BOOLEAN, TYPE_FLOAT, TYPE_OBJLNK, TYPE_OPAQUE, TYPE_STRING, TYPE_TIME } from '../../src/device/formats/types';
import { decodeTlv, type RefItem } from '../reference/tlv';
import { decodeValue, type RefType } from '../reference/value';
import { parse, type Sent } from './bench';
import { createDevice, under } from './device';
import { Dialogue, type Answer, type Request } from './dialogue';
import { fromReference } from './values';

/** A dialogue in which objects do what is due after each request. */
class PumpedDialogue extends Dialogue {
  pump = (): void => {};

  override ask(method: number, path: string, request?: Request): Answer {
    const answer = super.ask(method, path, request);
    this.pump();
    return answer;
  }
}

export interface Board {
  dialogue: Dialogue;
  teller: Teller;
  /** Lets time pass in steps of `step` ms, the objects doing what is due. Returns what the client sent, each message acknowledged. */
  pass(ms: number, step?: number): Sent[];
  /** Values of an instance by resource id, as a server reads them. */
  values(path: string): Record<number, unknown>;
  /** The value of a resource as a server reads it; the code, "4.04", when it cannot. */
  value(path: string): unknown;
  now(): number;
  bench: ReturnType<typeof createDevice>['bench'];
}

const TYPES: Record<number, RefType> = {
  [TYPE_STRING]: 'string', [TYPE_FLOAT]: 'float', [TYPE_BOOLEAN]: 'boolean', [TYPE_OPAQUE]: 'opaque', [TYPE_TIME]: 'time', [TYPE_OBJLNK]: 'objlnk',
};

export function createBoard(objects: Later[], options: Partial<ClientOptions> = {}): Board {
  const { bench } = createDevice({ ...options, objects });
  const dialogue = new PumpedDialogue(bench);
  const teller: Teller = { changed: (object, instance, resource) => under.core.changed(bench.client, object, instance, resource) };
  dialogue.pump = () => {
    pollObjects(objects, teller, bench.now);
    dialogue.unasked.push(...bench.poll());
  };
  const decode = (o: Later, item: RefItem): unknown => {
    const meta = findMeta(o.table, item.id);
    const one = (value: Iterable<number>) => fromReference(decodeValue(TYPES[meta & META_TYPE] ?? 'integer', Uint8Array.from(value))!);
    return meta & META_MULTIPLE ? Object.fromEntries(item.children!.map((child) => [child.id, one(child.value!)])) : one(item.value!);
  };
  const read = (path: string): Answer => dialogue.getAll(path, 1024, { accept: 11542 });
  const objectOf = (path: string): Later => objects.find(({ id }) => id === +path.split('/')[1]!)!;
  return {
    bench,
    dialogue,
    teller,
    now: () => bench.now,
    values(path) {
      const answer = read(path);
      if (answer.text !== '2.05') throw new Error(`${path}: ${answer.text}`);
      return Object.fromEntries(decodeTlv(answer.payload)!.map((item) => [item.id, decode(objectOf(path), item)]));
    },
    value(path) {
      const answer = read(path);
      return answer.text === '2.05' ? decode(objectOf(path), decodeTlv(answer.payload)![0]!) : answer.text;
    },
    pass(ms, step = 100) {
      const sent: Sent[] = [];
      for (let left = ms; left > 0; left -= step) {
        for (const one of [...bench.advance(Math.min(step, left)), ...dialogue.unasked.splice(0)]) {
          sent.push(one);
          if (parse(one.bytes).type === 0) dialogue.settle(one);
        }
        dialogue.pump();
      }
      for (const one of dialogue.unasked.splice(0)) {
        sent.push(one);
        if (parse(one.bytes).type === 0) dialogue.settle(one);
      }
      return sent;
    },
  };
}
