/** The rules of tools/imports.js, on files that break them and on files that do not. */
import test from 'ava';
import { checkFile, findCircles } from '../../tools/imports/rules';

const GOOD: Record<string, string> = {
  'src/device/wire/a.ts': "import { FEATURE_TEXT } from '../features'; import { b } from './b'; export const A = 1;",
  'src/device/coap/a.ts': "import { b } from '../wire/b'; import type { Udp } from '../hal/udp';",
  'src/device/lwm2m/a.ts': "import { b } from '../coap/b'; import { type Udp } from '../hal/udp';",
  'src/device/objects/generated/index.ts': "export * as Device from './device';",
  'src/device/hal/udp.ts': 'export interface Udp {} export type A = 1;',
  'src/device/wire/n.ts': 'const f = /*@__PURE__*/ new Float64Array(1); const g = [1, 2]; export function h() { return new Uint8Array(f.length + g[0]); }',
  'src/host/server/a.ts': "import { a } from '../../device/wire/a'; import { readFileSync } from 'node:fs'; import x from 'fastify'; let state = 1; state++;",
  'boards/adapters/udp-x.ts': "import type { Udp } from '../../src/device/hal/udp'; import { createSocket } from 'dgram';",
  'boards/x/main.ts': "import { connect } from '../adapters/udp-x'; import * as w from '../../src/device/index';",
  'src/device/wire/p.ts': 'let f = FEATURE_PRELOAD ? undefined : /*@__PURE__*/ new Float64Array(1);',
  'README.md': 'import nothing',
};

const BAD: [string, string, RegExp][] = [
  ['src/device/wire/a.ts', "import { b } from '../coap/b';", /src\/device\/wire\/a\.ts:1:1: src\/device\/wire\/ may not import src\/device\/coap\/b/],
  ['src/device/coap/a.ts', "import type { b } from '../lwm2m/b';", /may not import src\/device\/lwm2m\/b/],
  ['src/device/coap/a.ts', "import { Udp } from '../hal/udp';", /is types only: import type/],
  ['src/device/lwm2m/a.ts', "import { b } from '../objects/device';", /may not import src\/device\/objects\/device/],
  ['src/device/lwm2m/a.ts', "import { b } from '../index';", /nothing inside src\/device imports its index/],
  ['src/device/wire/a.ts', "import { b } from '../formats/b';", /may not import src\/device\/formats\/b/],
  ['src/device/formats/a.ts', "import { b } from '../coap/b';", /may not import src\/device\/coap\/b/],
  ['src/device/wire/a.ts', "import { b } from '../../host/b';", /may not import src\/host\/b/],
  ['src/device/wire/a.ts', "import { b } from 'node:fs';", /imports no packages: node:fs/],
  ['src/device/wire/a.ts', "export * from '../lwm2m/b';", /may not import/],
  ['src/device/wire/a.ts', 'let n = 0;', /state that two clients would share/],
  ['src/device/wire/a.ts', 'let n = FEATURE_TEXT ? 1 : 2;', /state that two clients would share/],
  ['src/device/wire/a.ts', '\nregister();', /:2:1: this runs when the module loads/],
  ['src/device/wire/a.ts', 'const n = new Uint8Array(1);', /this runs when the module loads/],
  ['src/device/wire/a.ts', '/// <reference types="node" />\n', /knows no types but its own/],
  ['src/device/objects/generated/device.ts', "import { b } from '../../wire/b';", /it may import nothing/],
  ['src/device/hal/udp.ts', 'export function f() {}', /a seam is types only/],
  ['src/host/server/a.ts', "import { b } from '../../device/lwm2m/b';", /may not import src\/device\/lwm2m\/b/],
  ['boards/adapters/udp-x.ts', "import { b } from '../../src/device/wire/b';", /may not import src\/device\/wire\/b/],
  ['boards/adapters/udp-x.ts', "import type { A } from '../../src/device/hal/a'; import type { B } from '../../src/device/hal/b';", /serves one seam/],
];

test('what the layers allow is not reported', (t) => {
  for (const [path, source] of Object.entries(GOOD)) t.deepEqual(checkFile(path, source), [], path);
});

for (const [path, source, expected] of BAD) {
  test(`${path} may not: ${source.trim()}`, (t) => {
    const faults = checkFile(path, source);
    t.is(faults.length, 1, faults.join('\n'));
    t.regex(faults[0], expected);
  });
}

test('no files import each other, types included', (t) => {
  const files = new Map([
    ['src/a.ts', "import type { B } from './b'; import { f } from 'package'; import x from './missing';"],
    ['src/b.ts', "export { c } from './folder/c';"],
    ['src/folder/c.ts', "import { D } from '../d.js';"],
    ['src/d.ts', ''],
  ]);
  t.deepEqual(findCircles(files), []);
  t.deepEqual(findCircles(new Map([...files, ['src/d.ts', "import type { A } from './a';"]])), ['src/a.ts → src/b.ts → src/folder/c.ts → src/d.ts → src/a.ts']);
  t.deepEqual(findCircles(new Map([['src/a.ts', "export * from './b';"], ['src/b.ts', "import './c'; import { a } from './a';"]])), ['src/a.ts → src/b.ts → src/a.ts']);
});
