/** Boards, features, names, source maps, budgets: the data that the build works with. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LIMITS, limitsOf, validateBoard, type Board } from '../../../boards/board';
import { listBoards, readBoard } from '../../../src/host/build/boards';
import { ENGINES } from '../../../src/host/build/engines';
import { makeConstants, readConstants } from '../../../src/host/build/features';
import { checkBudget, updateRow } from '../../../src/host/build/ledger';
import { measureBoard } from '../../../src/host/build/measure';
import { assignNames, countProperties, readNames, writeNames } from '../../../src/host/build/names';
import { inPackage } from '../../../src/host/build/root';
import { countBytes, findOrigin } from '../../../src/host/build/sourcemap';
import { Problem } from '../../../src/host/problem';
import { makeProject } from './support/project';

const TOY: Board = { name: 'toy', title: 'a toy', engine: 'espruino', variables: 0, storage: 0, limits: {}, features: {}, objects: [], adapters: {} };

test('every board of the package is right, and names only features that exist', async (t) => {
  const names = listBoards();
  for (const name of ['esp8266', 'host', 'linux-espruino']) t.true(names.includes(name), name);
  for (const name of names) {
    const { board } = await readBoard(name);
    t.notThrows(() => makeConstants(board), name);
    t.deepEqual(JSON.parse(JSON.stringify(board)), board, `${name} is data`);
  }
});

test('limits of the code and of boards are the same', (t) => {
  const inCode = [...readConstants().keys()].filter((name) => name.startsWith('LIMIT_')).sort();
  t.deepEqual(inCode, Object.keys(LIMITS).map((name) => 'LIMIT_' + name.replace(/[A-Z]/g, '_$&').toUpperCase()).sort());
  for (const [name, { default: value, minimum, maximum, cost }] of Object.entries(LIMITS)) {
    t.true(minimum <= value && value <= maximum && cost.length > 0, name);
  }
});

test('a wrong board file is told what is wrong with it', (t) => {
  const faults = (change: object) => validateBoard({ ...TOY, ...change });
  t.deepEqual(faults({}), []);
  for (const none of [undefined, null, [], {}, () => TOY]) {
    const [sentence, ...more] = validateBoard(none);
    t.regex(sentence, /^there is no board in it: export default \{ name: /);
    t.deepEqual(more, []);
  }
  t.deepEqual(validateBoard({ name: 'toy', engine: 'espruino', objects: [], limits: {}, adapters: {}, variables: 0, storage: 0 }), [
    "title, features missing: say it, or base: '…' for a board of wixt that it is taken from",
  ]);
  t.regex(faults({ name: 'Toy!' })[0], /^name: /);
  t.regex(faults({ variables: -1 })[0], /^variables: /);
  t.regex(faults({ limits: { datagram: 64 } })[0], /^limits\.datagram: 64 is not a whole number from 128 to 1500$/);
  t.regex(faults({ limits: { block: 100 } })[0], /^limits\.block: 100 is no power of two$/);
  t.regex(faults({ limits: { datagrams: 1 } })[0], /^limits\.datagrams: no such limit; there are datagram, /);
  t.regex(faults({ limits: { datagram: 256, block: 256 } })[0], /^limits\.block: 256 bytes and 80 for header/);
  t.regex(faults({ features: { write: 1 } })[0], /^features: /);
  t.regex(faults({ objects: ['3'] })[0], /^objects: /);
  t.regex(faults({ pins: {} })[0], /^pins: no such field/);
  t.is(limitsOf({ limits: { datagram: 300 } }).datagram, 300);
  t.is(limitsOf(TOY).block, LIMITS.block.default);
});

test('a board becomes constants; unknown features have a sentence', (t) => {
  const known = new Map<string, boolean | number>([['FEATURE_RARE_TYPES', true], ['FEATURE_WRITE', true], ['LIMIT_DATAGRAM', 1200]]);
  t.is(
    makeConstants({ ...TOY, features: { rareTypes: false }, limits: { datagram: 260 } }, known),
    'export var FEATURE_RARE_TYPES = false;\nexport var FEATURE_WRITE = true;\nexport var LIMIT_DATAGRAM = 260;\n',
  );
  const error = t.throws(() => makeConstants({ ...TOY, features: { rareType: false } }, known), { instanceOf: Problem });
  t.is(error!.message, 'board toy: features.rareType: no such feature; there are rareTypes, write');
});

test('what a feature switches off is gone from the bundle', async (t) => {
  const main =
    "import { FEATURE_WRITE, LIMIT_DATAGRAM } from '@/src/device/features';\n" +
    "function big(): string { return 'only when writing'; }\n" +
    'export function f(): string { return FEATURE_WRITE ? big() : "limit " + LIMIT_DATAGRAM; }\n';
  const on = makeProject(t);
  on.write('toy/main.ts', main);
  t.regex((await measureSource(on.folder)).text, /only when writing/);
  const off = makeProject(t, `export default ${JSON.stringify({ ...TOY, features: { write: false }, limits: { datagram: 260, block: 128 } })};`);
  off.write('toy/main.ts', main);
  const { text } = await measureSource(off.folder);
  t.regex(text, /"limit 260"/);
  t.notRegex(text, /writing|FEATURE|const/);
});

async function measureSource(folder: string): Promise<{ text: string }> {
  const { buildBoard } = await import('../../../src/host/build/build');
  const { readFileSync } = await import('node:fs');
  const app = join(folder, 'app.ts');
  writeFileSync(app, "import { f } from 'wixt';\nprint(f());\n");
  const { files } = await buildBoard({ board: join(folder, 'toy'), app, out: join(folder, 'out') });
  return { text: readFileSync(files[0].path, 'utf8') };
}

test('boards are found by name and by folder; others have a sentence', async (t) => {
  const { folder } = makeProject(t);
  t.is((await readBoard(join(folder, 'toy'))).board.name, 'toy');
  await t.throwsAsync(readBoard('nonesuch'), { instanceOf: Problem, message: /^unknown board nonesuch; there are .*esp8266/ });
  await t.throwsAsync(readBoard('./nonesuch'), { instanceOf: Problem, message: /^--board \.\/nonesuch: there is no / });
  const wrong = makeProject(t, `export default ${JSON.stringify({ ...TOY, engine: 'v8' })};`);
  await t.throwsAsync(readBoard(join(wrong.folder, 'toy')), { instanceOf: Problem, message: /board\.ts: engine: v8 is none that wixt knows/ });
  const broken = makeProject(t, 'export default {');
  await t.throwsAsync(readBoard(join(broken.folder, 'toy')), { instanceOf: Problem, message: /board\.ts: / });
});

test('a board file without a board, that cannot be read, or with adapters that there are not, has one sentence', async (t) => {
  const base = "name: 'mine', base: 'esp8266'";
  const sentences: [text: string, expected: RegExp][] = [
    ['', /there is no board in it: export default /],
    [`export const board = { ${base} };`, /there is no board in it: export default /],
    ['export default {};', /there is no board in it: export default /],
    ["export default {\n  name: 'mine'\n  base: 'esp8266',\n};", /line 3: ',' expected\.$/],
    [`import { x } from './nonesuch';\nexport default { ${base}, limits: { block: x } };`, /Could not resolve "\.\/nonesuch"/],
    [`import x from 'nonesuch';\nexport default { ${base}, limits: { block: x } };`, /it imports nonesuch: a board file is data, and imports files beside it at most$/],
    [`export default { ${base}, adapters: { udp: 'none' } };`, /adapters\.udp: there is no none; there are udp-bg96, .*udp-node$/],
    [`export default { ${base}, adapters: { store: 'udp-node' } };`, /adapters\.store: there is no udp-node; there are store-espruino, store-node$/],
    [`export default { ${base}, adapters: { tcp: 'udp-node' } };`, /adapters\.tcp: no such adapter; there are udp, store, timer$/],
    [`export default { ${base}, adapters: { udp: 'udp-node' } };`, /adapters\.udp: the main\.ts of esp8266 opens udp-espruino: for udp-node write a main\.ts of your own/],
  ];
  const { folder, write } = makeProject(t);
  for (const [text, expected] of sentences) {
    write('mine/board.ts', text);
    const problem = await t.throwsAsync<Problem>(readBoard(join(folder, 'mine')), { instanceOf: Problem, message: expected }, text);
    t.regex(problem!.lines.join('\n'), /^\S+board\.ts: [^\n]+$/, text);
  }
  // A socket of one's own, opened by a main.ts of one's own.
  write('adapters/udp-mine.ts', '');
  write('mine/main.ts', '');
  write('mine/board.ts', `export default { ${base}, adapters: { udp: 'udp-mine' } };`);
  t.deepEqual((await readBoard(join(folder, 'mine'))).board.adapters, { udp: 'udp-mine', store: 'store-espruino' });
});

test("a person's board is one of ours with other limits and fewer features", async (t) => {
  const { folder, write } = makeProject(t);
  write('mine/board.ts', "export default { name: 'mine', base: 'esp8266', limits: { block: 64 }, features: { discover: false } };");
  const mine = await readBoard(join(folder, 'mine'));
  const { board } = await readBoard('esp8266');
  t.deepEqual(mine.board, { ...board, name: 'mine', limits: { ...board.limits, block: 64 }, features: { ...board.features, discover: false } });
  t.is(mine.folder, inPackage('boards', 'esp8266'));
  t.true((await measureBoard(mine)).minified < (await measureBoard(await readBoard('esp8266'))).minified);
  write('wrong/board.ts', "export default { name: 'wrong', base: 'esp82', features: {} };");
  await t.throwsAsync(readBoard(join(folder, 'wrong')), { instanceOf: Problem, message: /board\.ts: base: esp82 is no board of wixt; there are / });
});

test('boards of every engine in the table can be declared', (t) => {
  for (const engine of Object.keys(ENGINES)) t.deepEqual(validateBoard({ ...TOY, engine }), []);
});

test('short names: stable, unique, at most four characters, never a name that is really used', (t) => {
  const counts = countProperties('a._one._two._one; b.push(c._three, {_four: 1, x: 2}); q["quoted"]');
  t.deepEqual([...counts.keys()].sort(), ['_four', '_one', '_three', '_two', 'push', 'quoted', 'x']);
  const table = assignNames(counts, { _two: 'k', _old: 'a' });
  t.is(table._two, 'k');
  t.is(table._old, 'a');
  t.is(table._one, 'b', 'the most used gets the first free name');
  const many = assignNames(new Map(Array.from({ length: 5000 }, (_, i) => [`_f${i}`, 1])), {});
  const shorts = Object.values(many);
  t.is(new Set(shorts).size, 5000);
  t.true(shorts.every((name) => name.length <= 4 && /^[A-Za-z$][\w$]*$/.test(name)));
  t.false(shorts.some((name) => ['on', 'do', 'if', 'in', 'of', 'emit', 'push', 'map'].includes(name) && name !== 'of'));
  const crowded = assignNames(new Map([['_a', 1], ['k', 1], ['a', 1]]), { _a: 'k' });
  t.false(['k', 'a'].includes(crowded._a), 'a public name is not given away');
});

test('mangle.json knows every internal property of the sources, none twice, none that is public', (t) => {
  const table = readNames(inPackage('mangle.json'));
  const shorts = Object.values(table);
  t.is(new Set(shorts).size, shorts.length);
  t.true(Object.keys(table).every((name) => /^_[A-Za-z]/.test(name)) && shorts.every((name) => name.length <= 4));
});

test('a table is written sorted, and only when it differs', (t) => {
  const { folder } = makeProject(t);
  const file = join(folder, 'mangle.json');
  t.deepEqual(readNames(file), {});
  writeNames(file, { _b: 'a', _a: 'b' });
  t.deepEqual(Object.keys(readNames(file)), ['_a', '_b']);
  writeFileSync(file, 'not JSON');
  t.throws(() => readNames(file), { message: /mangle\.json: / });
});

test('bytes are given to source files and add up', async (t) => {
  const { folder, write } = makeProject(t);
  write('toy/long.ts', "export function long(n: number): string {\n  let s = '';\n  while (n--) s += 'a rather long string that is worth many bytes';\n  return s;\n}\n");
  write('toy/main.ts', "import { long } from './long';\nexport function f(n: number): string { return long(n + 1) + long(n); }\n");
  const { minified, gzip, modules } = await measureBoard(await readBoard(join(folder, 'toy')));
  t.is(modules.reduce((sum, { bytes }) => sum + bytes, 0), minified);
  t.true(gzip > 20);
  t.true(modules.findIndex(({ file }) => /long\.ts$/.test(file)) < modules.findIndex(({ file }) => /main\.ts$/.test(file)));
});

test('a source map says where a byte comes from', (t) => {
  // "ab\ncd": a from x.ts line 1, b unmapped, line 2 from y.ts line 3.
  const map = { version: 3, sources: ['x.ts', 'y.ts'], names: [], mappings: 'AAAA,C;ACEA' };
  t.deepEqual([...countBytes('ab\ncd', map)], [['x.ts', 1], ['', 2], ['y.ts', 2]]);
  t.is(findOrigin('ab\ncd', map, 4), 'y.ts:3');
  t.is(findOrigin('ab\ncd', map, 0), 'x.ts:1');
});

test('budgets: kept, broken, missing', (t) => {
  t.is(checkBudget('x', { budget: 100, minified: 100, gzip: 50 }, 100), undefined);
  t.is(checkBudget('x', { budget: 100, minified: 100, gzip: 50 }, 101), 'x: 101 bytes, 1 above its budget of 100');
  t.regex(checkBudget('x', undefined, 1)!, /not in size\.json/);
  const row = updateRow({ budget: 7, aim: 5, minified: 1, gzip: 1, jsvars: { loaded: 1, registered: 2, after1000: 2 } }, { minified: 6, gzip: 3 });
  t.deepEqual(row, { budget: 7, aim: 5, minified: 6, gzip: 3, jsvars: { loaded: 1, registered: 2, after1000: 2 } });
  t.is(updateRow(undefined, { minified: 1000, gzip: 3 }).budget, 1024);
  t.is(updateRow(row, { minified: 1000, gzip: 3 }, true).budget, 1024);
});
