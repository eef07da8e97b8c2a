/** text/plain: single values by the codecs, and in Write and Read of a whole client. */
import { createBench } from '../../../test/support/bench';
import { Dialogue, formatOf, textOf } from '../../../test/support/dialogue';
import { createStore } from '../../../test/support/store';
import { decodeFrom, encodeWindows, truncations } from '../buffers';
import { ok, same, Skip } from '../check';
import type { Run } from '../types';
import { fromApi, idsOf, normal, toApi, typeNumber, type TypedValue } from '../values';

const TEXT = 0;

export const runText: Run = (vector, { codecs, endpoint }) => {
  const { op, path, text } = vector;
  if (typeof text !== 'string' || typeof path !== 'string') throw new Skip('it has no text or no path');
  if (vector.ct !== undefined && vector.ct !== TEXT) throw new Skip(`Content-Format ${vector.ct} is not text/plain`);
  const bytes = Uint8Array.from(Buffer.from(text, 'utf8'));
  const ids = idsOf(path);
  if (ids.length !== 3) throw new Skip(`${path} is not the path of a resource`);
  const [object, instance, resource] = ids as [number, number, number];
  const type = vector.value ? (vector.value[0] as string) : (vector.type as string);
  const decode = (b: Uint8Array) => decodeFrom(b, (all, at, end) => codecs.core.decodeText(typeNumber(type), all, at, end));
  const device = (value?: TypedValue) => {
    const store = createStore(object, { [resource]: `RW ${type}` }, { [instance]: value ? { [resource]: toApi(value) } : {} });
    const bench = createBench(endpoint, [store]);
    bench.register();
    return { store, dialogue: new Dialogue(bench) };
  };

  if (op === 'reject' || vector.value === null) {
    same(decode(bytes), undefined, 'the codec');
    same(device().dialogue.put(path, { format: TEXT, payload: bytes }).text, '4.00', `Write of ${path}`);
    return;
  }
  if (op !== 'both' && op !== 'decode' && op !== 'encode') throw new Skip(`the operation ${op} is not known for text`);
  const value = vector.value as TypedValue;
  if (op !== 'encode') {
    same(fromApi(type, decode(bytes)), normal(value), 'decoded');
    for (const cut of truncations(bytes)) decode(cut);
    const { store, dialogue } = device();
    same(dialogue.put(path, { format: TEXT, payload: bytes }).text, '2.04', `Write of ${path}`);
    same(fromApi(type, store.values[instance]![resource]), normal(value), 'what the application got');
  }
  if (op !== 'decode') {
    const encoded = encodeWindows(bytes.length + 64, (b, lo, hi, at) => codecs.core.encodeText(b, lo, hi, at, typeNumber(type), toApi(value)));
    same(Buffer.from(encoded).toString('utf8'), text, 'encoded');
    const { dialogue } = device(value);
    for (const size of [1024, 64, 16]) {
      const answer = dialogue.getAll(path, size, { accept: TEXT });
      same(answer.text, '2.05', `Read of ${path}`);
      same(textOf(answer), text, `Read of ${path} in blocks of ${size}`);
      ok(formatOf(answer) === TEXT, `Read of ${path}: Content-Format ${formatOf(answer)}`);
    }
  }
};
