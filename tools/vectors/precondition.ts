/** What a vector wants of the device before its steps, written for people: "readable integer /3/0/9 = 50; block size 64". */
import type { ClientOptions } from '../../src/device/index';
import { createStore } from '../../test/support/store';
import { createWorld, pattern, type World } from '../../test/support/world';
import { Skip } from './check';
import { parseValue, type Wish } from './device';

export interface Given {
  wishes: Wish[];
  options: Partial<ClientOptions>;
  world: World;
}

/** What a client of LwM2M 1.0 has not. */
const LATER = /Read-Composite|Write-Composite|Observe-Composite|\bcomposite\b|\bSend\b|SenML|CBOR|queue mode|LwM2M 1\.[12]/i;

const RESOURCE = new RegExp(
  [
    String.raw`\b(readable|writable|readable and writable|write-only|read-only|executable)?`,
    String.raw`(string|integer|unsigned|float|boolean|opaque|time|objlnk)?`,
    String.raw`((?:\/\d+){3,4})(?:\s+(is write-only|is read-only))?(?:\s*=\s*("[^"]*"|[^\s;,]+))?`,
  ].join(String.raw`\s*`) + String.raw`(?:\s+of (?:at least )?(\d+) (bytes|KiB)(?: \(byte i = 7\*i mod 256\))?)?`,
  'g',
);

const OPERATIONS: Record<string, string> = { readable: 'R', writable: 'W', 'readable and writable': 'RW', 'write-only': 'W', 'read-only': 'R', executable: 'E' };

export function readPrecondition(text: string): Given {
  const later = LATER.exec(text)?.[0];
  if (later && !/\b(no|without)\b/.test(text)) throw new Skip(`it needs ${later}, which is not part of LwM2M 1.0`);
  const given: Given = { wishes: [], options: {}, world: createWorld() };
  for (const found of text.matchAll(RESOURCE)) {
    const [, access, type, path, only, value, size, unit] = found;
    const wish: Wish = { path: path! };
    const operations = OPERATIONS[only ? only.slice(3) : (access ?? '')];
    if (type) wish.type = type;
    // "readable" says what is needed, not what is forbidden.
    if (operations && (only || /only|executable/.test(access!))) wish.operations = operations;
    else if (operations && type) wish.operations = path!.startsWith('/5/') ? operations : 'RW';
    if (value !== undefined) wish.value = parseValue(value, type ?? 'integer');
    else if (size && /readable/.test(access ?? '')) wish.value = type === 'string' ? 'x'.repeat(bytesOf(size, unit!)) : pattern(bytesOf(size, unit!));
    given.wishes.push(wish);
  }
  const block = /block size (?:is |of )?(?:at most )?(\d+)|blocks of at most (\d+)/.exec(text);
  if (block) given.options.block = Number(block[1] ?? block[2]);
  const instances = /(\d+) instances/.exec(text);
  if (/object list longer/.test(text) || instances) addInstances(given.world, Number(instances?.[1] ?? 40));
  return given;
}

const bytesOf = (size: string, unit: string): number => Number(size) * (unit === 'KiB' ? 1024 : 1);

/** Makes the list of objects long. */
function addInstances(world: World, count: number): void {
  const values = Object.fromEntries(Array.from({ length: count }, (_, i) => [i, { 5700: i }]));
  world.objects.push(createStore(3300, { 5700: 'R float' }, values));
}
