/** The chain from TypeScript to a bundle: what comes out, and what is refused with which words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { terserOptions } from '../../../src/host/build/minify';
import { makeProject } from './support/project';

test('a library is top-level functions and exports.x = …, nothing around them', async (t) => {
  const project = makeProject(t);
  const { library, app } = await project.build();
  t.is(library, 'exports.greet=function(n){return"hello "+n};'.replace(/\bn\b/g, /\((\w)\)/.exec(library)![1]));
  t.regex(app, /^var (\w)=require\("wixt"\);print\(\1\.greet\("you"\)\);$/);
  t.is(readFileSync(join(project.folder, 'out/package.json'), 'utf8'), '{"type":"commonjs"}\n');
});

test('properties with an underscore get short names, others keep theirs', async (t) => {
  const project = makeProject(t);
  project.write('toy/main.ts', 'export function f(o: { _longField: number; publicField: number }): number { return o._longField + o.publicField; }');
  project.write('app.ts', "import { f } from 'wixt';\nexport const kept = f({ _longField: 1, publicField: 2 });\n");
  const { library, app } = await project.build();
  t.regex(library, /function\((\w)\)\{return \1\.[\w$]{1,4}\+\1\.publicField\}/);
  t.notRegex(library, /_longField/);
  t.regex(app, /_longField/, "a person's own program is not touched");
});

test('what needs a helper at run time is an error at its place', async (t) => {
  const project = makeProject(t);
  const uses: [string, RegExp][] = [
    ['class A {}\nexport class B extends A {}', /main\.ts:2:\d+: this needs a helper of TypeScript at run time.*\(TS2343\)$/],
    ['export const f = (a: number[]) => [1, ...a];', /main\.ts:1:\d+: this needs a helper/],
    ['export const f = (a: object) => ({ ...a, b: 1 });', /main\.ts:1:\d+: this needs a helper/],
    ['export const f = ({ a, ...rest }: { a: number; b: number }) => [a, rest];', /main\.ts:1:\d+: this needs a helper/],
  ];
  for (const [source, expected] of uses) {
    project.write('toy/main.ts', source);
    const lines = await project.fail();
    t.is(lines.length, 1, lines.join('\n'));
    t.regex(lines[0], expected);
  }
});

test('enum, namespace and parameter properties are refused: they leave code behind', async (t) => {
  const project = makeProject(t);
  project.write('toy/main.ts', 'export enum E { A }\n');
  t.regex((await project.fail())[0], /main\.ts:1:13: .*erasableSyntaxOnly.*\(TS1294\)/);
});

test('device code sees ES5 only', async (t) => {
  const project = makeProject(t);
  project.write('toy/main.ts', 'export const a = new Map<string, string>();\n');
  t.regex((await project.fail())[0], /main\.ts:1:\d+: .*Map.*\(TS2583\)/);
});

test('every type error is a line with file, line and column', async (t) => {
  const project = makeProject(t);
  project.write('app.ts', "import { greet, other } from 'wixt';\nconst n: number = greet('you');\nprint(n, other);\n");
  const lines = await project.fail();
  t.regex(lines[0], /app\.ts:1:17: Module '"wixt"' has no exported member 'other'\. \(TS2305\)$/);
  t.regex(lines[1], /app\.ts:2:7: Type 'string' is not assignable to type 'number'\. \(TS2322\)$/);
});

test('what the gate finds stops the build and leads to the source', async (t) => {
  const project = makeProject(t);
  project.write('toy/main.ts', 'export function f(u: Uint8Array, n: number): number {\n  const v = n & 7;\n  return (u[v] = Math.pow(2, n));\n}\n');
  const lines = await project.fail();
  t.is(lines.length, 2, lines.join('\n'));
  t.regex(lines[0], /^element-value: .*main\.ts:3 \(wixt\.min\.js:1:\d+\): /);
  t.regex(lines[1], /^forbidden: .*main\.ts:3 .*Math\.pow/);
});

test('the core has no timers; a board may', async (t) => {
  const core = makeProject(t, `export default { name: 'toy', title: 'a toy', engine: 'none', variables: 0, storage: 0, limits: {}, features: {}, objects: [], adapters: {} };`);
  core.write('toy/main.ts', 'declare function setTimeout(f: () => void, ms: number): number;\nexport function f(g: () => void): void { setTimeout(g, 1); }\n');
  t.regex((await core.fail())[0], /^global: .*setTimeout: the core has no clock and no timers$/);
  const board = makeProject(t);
  board.write('toy/main.ts', 'export function f(g: () => void): void { setTimeout(g, 1); }\n');
  await t.notThrowsAsync(board.build(board.write('app.ts', "import { f } from 'wixt';\nf(print as () => void);\n")));
});

test('modules that are not there, and default imports, have their own sentences', async (t) => {
  const project = makeProject(t);
  project.write('app.ts', "import './nothing';\n");
  t.true((await project.fail()).some((line) => /nothing/.test(line)));
  project.write('app.ts', "import wifi from 'Wifi';\nprint(wifi);\n");
  t.regex((await project.fail()).join('\n'), /import … from 'Wifi' takes a default export/);
});

test('modules that import each other are refused', async (t) => {
  const project = makeProject(t);
  project.write('toy/a.ts', "import { b } from './b';\nexport function a(): number { return b(); }\n");
  project.write('toy/b.ts', "import { a } from './a';\nexport function b(): number { return a(); }\n");
  project.write('toy/main.ts', "export { a } from './a';\n");
  t.regex((await project.fail())[0], /^modules import each other: .*a\.ts → .*b\.ts/);
});

test('a program for Node keeps its language and its modules', async (t) => {
  const project = makeProject(t, `export default { name: 'toy', title: 'a toy', engine: 'node', variables: 0, storage: 0, limits: {}, features: {}, objects: [], adapters: {} };`);
  project.write('app.ts', "import { readFileSync } from 'node:fs';\nimport { greet } from 'wixt';\nexport class A extends Map {}\nconsole.log(greet(readFileSync('x', 'utf8')), /x/.test('x'), new Date());\n");
  const { app } = await project.build();
  t.regex(app, /extends Map/);
  t.regex(app, /require\("wixt"\)/);
});

test('terser runs with the options that were measured, and no others', (t) => {
  t.deepEqual(terserOptions(null), {
    ecma: 5,
    toplevel: true,
    compress: { ecma: 5, toplevel: true, passes: 3, pure_getters: true, if_return: false, switches: false, reduce_funcs: false, hoist_funs: true },
    mangle: { toplevel: true, properties: false },
    format: { ecma: 5, ascii_only: true },
    nameCache: { vars: { props: {} }, props: { props: {} } },
  });
});

test('numbers stand where they are used, however often', async (t) => {
  const project = makeProject(t);
  const uses = 'export function a(v: number): number { return v - MANY - LESS; }\nexport function b(v: number): boolean { return v === MANY || v === LESS || v > MANY; }';
  project.write('toy/main.ts', `const MANY = 1234567;\nconst LESS = -1;\n${uses}\n`);
  project.write('app.ts', "import { a } from 'wixt';\nprint(a(1));\n");
  const { library } = await project.build();
  t.is(library.match(/1234567/g)?.length, 3);
  t.regex(library, /- ?-1|\+1/);
  t.notRegex(library, /=1234567[,;]/);
});
