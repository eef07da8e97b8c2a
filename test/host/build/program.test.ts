/** Programs as people write them: what is theirs stays theirs, what is legal builds, and what cannot run is refused at its place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { buildBoard } from '../../../src/host/build/build';
import { hoistVariables } from '../../../src/host/build/hoist';
import { Problem } from '../../../src/host/problem';
import { makeProject, type Project } from './support/project';

/** The texts of the program and of the boot script of the board toy. */
async function build({ folder, write }: Project, app: string): Promise<{ app: string; boot: string }> {
  const file = write('src/app.ts', app);
  await buildBoard({ board: join(folder, 'toy'), app: file, out: join(folder, 'out') });
  const read = (name: string) => readFileSync(join(folder, 'out', name), 'utf8').trim();
  return { app: read('app.min.js'), boot: read('boot.min.js') };
}

/** What a boot script prints. */
function run(boot: string): string[] {
  const printed: string[] = [];
  runInNewContext(boot, { print: (...values: unknown[]) => printed.push(values.join(' ')), JSON, Object });
  return printed;
}

const fail = (project: Project, app: string): Promise<string[]> => project.fail(project.write('src/app.ts', app));

/** A library with fields of its own. */
const LIBRARY = 'interface Own { _id: number; _value: number }\nconst own: Own = { _id: 1, _value: 2 };\nexport function sum(): number { return own._id++ + own._value; }\n';

const KEYS = `import { sum } from 'wixt';
interface Mine { _id: number; _value: string; _data: { _time: number } }
const mine: Mine = { _id: 5, '_value': 'v', _data: { _time: 6 } };
const { _id, _value: renamed } = mine;
const parsed = JSON.parse('{"_id":7,"_server":8}');
print = print as any;
(print as any)(sum(), mine._id, mine['_value'], mine._data._time, _id, renamed, parsed._id, parsed['_server']);
(print as any)(JSON.stringify(mine), Object.keys({ _state: 1, "_peer": 2 }).join());
`.replace('print = print as any;\n', '');

test("a program's keys are never renamed: plain, quoted, destructured, in JSON; in a module and in a boot script", async (t) => {
  const project = makeProject(t);
  project.write('toy/main.ts', LIBRARY);
  const { app, boot } = await build(project, KEYS);
  t.deepEqual(run(boot), ['3 5 v 6 5 v 7 8', '{"_id":5,"_value":"v","_data":{"_time":6}} _state,_peer']);
  for (const key of ['_id', '_value', '_time', '_server', '_state', '_peer']) t.true(app.includes(key), key);
  t.notRegex(boot, /[\u0080-\uffff]/);
});

test("the library's own fields are renamed where they meet a program of the same words", async (t) => {
  const project = makeProject(t);
  project.write('toy/main.ts', LIBRARY);
  const { boot } = await build(project, "import { sum } from 'wixt';\n(print as any)(sum());\n");
  t.notRegex(boot, /_id|_value/);
  t.deepEqual(run(boot), ['3']);
});

test("a program that reaches for the library's own fields is refused at each place", async (t) => {
  const { folder, write } = makeProject(t);
  const app = write('app.ts', `import { connect } from 'wixt';
const d = connect({ endpoint: 'x', server: 'coap://192.0.2.1', objects: [] });
console.log(d.client._servers.length);
console.log(d.client['_peers']);
console.log((d.client as any)._servers);
const { _servers } = d.client;
console.log((d as any)._mine);
`);
  const { lines } = (await t.throwsAsync<Problem>(buildBoard({ board: 'host', app, out: join(folder, 'out') }), { instanceOf: Problem }))!;
  t.deepEqual(lines.map((line) => line.replace(/^.*app\.ts:/, '')), [
    "3:22: _servers is a field of wixt's own, which has another name on the device: use what wixt exports, or keep such a value in a variable of yours",
    "4:22: _peers is a field of wixt's own, which has another name on the device: use what wixt exports, or keep such a value in a variable of yours",
    "5:31: _servers is a field of wixt's own, which has another name on the device: use what wixt exports, or keep such a value in a variable of yours",
    "6:9: _servers is a field of wixt's own, which has another name on the device: use what wixt exports, or keep such a value in a variable of yours",
  ]);
});

test('what a program exports does no harm in a boot script', async (t) => {
  const project = makeProject(t);
  const { app, boot } = await build(project, "import { greet } from 'wixt';\nexport const text = greet('you');\nprint(text);\n");
  t.regex(app, /exports\.text=/);
  t.notRegex(boot, /exports/);
  t.deepEqual(run(boot), ['hello you']);
  await t.notThrowsAsync(build(project, "import { greet } from 'wixt';\nexport default greet('you');\n"));
});

test('a function whose body the minifier puts together has its variables before their use', async (t) => {
  const project = makeProject(t);
  project.write('toy/main.ts', 'function inner(o: { n: number }, k: number): number { print("" + o.n); return o.n + k; }\nexport function go(o: { n: number }): number { print("go"); return inner(o, 2); }\n');
  const { app, boot } = await build(project, "import { go } from 'wixt';\nexport function start(): number { return go({ n: 1 }); }\nprint('' + start() + start());\n");
  t.deepEqual(run(boot).at(-1), '33');
  t.truthy(app);
});

test('var goes to the start of its function where it stands too late or in a branch; other scripts stay as they are', (t) => {
  t.is(hoistVariables('exports.f=function(a){return b=a,g(b);var b};'), 'exports.f=function(a){var b;return b=a,g(b);var b};');
  t.is(hoistVariables('function f(a){if(a){var b=1}return b}'), 'function f(a){var b;if(a){var b=1}return b}');
  t.is(hoistVariables('a=1;var a;'), 'var a;a=1;var a;');
  t.is(hoistVariables('function f(a){var b=a;return b}'), 'function f(a){var b=a;return b}');
});

test('a file without import and export is a module: what needs a helper is refused, a name that nobody knows too', async (t) => {
  const project = makeProject(t);
  const lines = await fail(project, 'class A {}\nclass B extends A {}\nvar x = [1, ...[2]];\nasync function f() { await 1; }\nnonesuch();\n');
  t.deepEqual(lines.map((line) => line.replace(/^.*app\.ts:/, '').replace(/(at run time).*(\(TS)/, '$1 $2')), [
    '2:9: this needs a helper of TypeScript at run time (TS2343)',
    '3:13: this needs a helper of TypeScript at run time (TS2343)',
    '4:16: this needs a helper of TypeScript at run time (TS2343)',
    "5:1: Cannot find name 'nonesuch'. (TS2304)",
  ]);
  t.deepEqual(run((await build(project, "const a = 1;\nprint('' + a);\n")).boot), ['1']);
});

const SETTINGS = {
  outDir: 'build', rootDir: 'lib', declaration: true, isolatedDeclarations: true, composite: true, incremental: true, tsBuildInfoFile: 'x', emitDeclarationOnly: false,
  noEmit: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'esnext', lib: ['dom', 'esnext'], noLib: true, types: ['jest'], isolatedModules: true,
  verbatimModuleSyntax: true, allowImportingTsExtensions: true, inlineSourceMap: true, sourceMap: false, outFile: 'x.js', checkJs: true, nonsense: 3, removeComments: true,
  experimentalDecorators: true, erasableSyntaxOnly: false, esModuleInterop: true, customConditions: ['x'], rewriteRelativeImportExtensions: true, jsx: 'preserve',
};

for (const [name, value] of Object.entries(SETTINGS)) {
  test(`${name} in a tsconfig.json stops no build`, async (t) => {
    const project = makeProject(t);
    project.write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true, [name]: value }, references: [{ path: './nowhere' }] }));
    t.deepEqual(run((await build(project, "import { greet } from 'wixt';\nprint(greet('you'));\n")).boot), ['hello you']);
  });
}

test('a tsconfig.json says how strict to be, where modules are, and what globals there are', async (t) => {
  const project = makeProject(t);
  project.write('base.json', JSON.stringify({ compilerOptions: { noUnusedLocals: true, paths: { '@lib/*': ['./lib/*'] } } }));
  project.write('tsconfig.json', '{ "extends": "./base.json", /* theirs */ "include": ["src", "globals.d.ts"] }');
  project.write('globals.d.ts', 'declare const FIRMWARE: string;\n');
  project.write('lib/twice.ts', 'export function twice(n: number): number { return 2 * n; }\n');
  const { app } = await build(project, "import { twice } from '@lib/twice';\nprint(FIRMWARE + twice(Number(FIRMWARE)));\n");
  t.regex(app, /FIRMWARE/);
  t.regex((await fail(project, "import { twice } from '@lib/twice';\nconst unused = 1;\nprint('' + twice(1));\n")).join('\n'), /app\.ts:2:7: 'unused' is declared but its value is never read\. \(TS6133\)$/);
  project.write('tsconfig.json', '{ "extends": "./nowhere.json" ');
  for (const line of await fail(project, 'print("");\n')) t.regex(line, /tsconfig\.json: Cannot read file .*nowhere\.json'\.$/);
});

test('JSON is a module, its keys as they are', async (t) => {
  const project = makeProject(t);
  project.write('src/data.json', '{ "name": "x", "_id": 4, "default": 5, "two words": 6 }');
  const { boot } = await build(project, "import data from './data.json';\nprint(JSON.stringify(data) + data._id);\n");
  t.deepEqual(run(boot), ['{"name":"x","_id":4,"default":5,"two words":6}4']);
});

const LACKING: [string, string][] = [
  ["'a'.localeCompare('b')", 'localeCompare of a String: use a comparison with < and >'],
  ["'a'.search('b')", 'search of a String: use indexOf'],
  ["'a'['match']('b')", 'match of a String: use indexOf'],
  ['(1.5).toPrecision(2)', 'toPrecision of a Number: use toFixed'],
  ['(1.5).toExponential()', 'toExponential of a Number: use toFixed'],
  ['Date.UTC(2026, 1)', "Date.UTC: use Date.parse('2026-01-31T12:00:00Z')"],
  ['[1].reduceRight((a, b) => a + b)', 'reduceRight of an Array: use a loop from the end'],
  ['[1].lastIndexOf(1)', 'lastIndexOf of an Array: use a loop from the end'],
  ["encodeURI('a')", 'encodeURI: use encodeURIComponent, which is right for ASCII'],
  ["escape('a')", 'escape: use encodeURIComponent, which is right for ASCII'],
  ["new RegExp('a')", 'RegExp: use indexOf, charCodeAt and slice'],
  ['Object.freeze({})', 'Object.freeze: use the object as it is'],
  ['new Uint8Array(2).lastIndexOf(1)', 'lastIndexOf of a Uint8Array: use a loop from the end'],
  ['Uint8Array.from([1])', 'Uint8Array.from: use new and a list'],
  ['new RangeError("x")', 'RangeError: use Error'],
  ['new Date().toLocaleString()', 'toLocaleString of a Date: use toISOString'],
  ["JSON.parse('1').localeCompare('x')", 'localeCompare of a String: use a comparison with < and >'],
];

test('functions of ES5 that the engine lacks are refused, each at its place', async (t) => {
  const project = makeProject(t);
  const lines = await fail(project, LACKING.map(([expression], i) => `export const v${i} = ${expression};`).join('\n'));
  t.deepEqual(lines.map((line) => line.replace(/^.*app\.ts:(\d+):\d+: /, '$1 ')), LACKING.map(([, what], i) => `${i + 1} Espruino has no ${what}`));
});

test("a person's own methods and names may be called like those", async (t) => {
  const project = makeProject(t);
  const { boot } = await build(project, `class Book { search(t: string) { return t; } localeCompare() { return 'l'; } find() { return 'f'; } includes() { return 'i'; } match() { return 'm'; } }
const book = new Book();
const escape = 'e';
const other = { UTC: 'u', freeze: 'z', RegExp: 'r' };
print(book.search('s') + book.localeCompare() + book.find() + book.includes() + book.match() + escape + other.UTC + other.freeze + other.RegExp);
`);
  t.deepEqual(run(boot), ['slfimeuzr']);
});

test('what the language got after ES5 is refused without advice that would break the device', async (t) => {
  const project = makeProject(t);
  const lines = await fail(project, "export const m = new Map();\nexport const s = [1].includes(1);\nexport const p = Promise.resolve(1);\nexport const w = 'a'.at(0);\n");
  t.is(lines.length, 4, lines.join('\n'));
  for (const line of lines) t.notRegex(line, /lib'? |compiler option|npm i|es20/i);
  t.regex(lines[0]!, /app\.ts:1:22: Cannot find name 'Map': Espruino has the library of ES5; use an object by key \(TS2583\)$/);
});

test('a module that is required and is not built in comes from the folder modules, with what it requires itself, or is refused', async (t) => {
  const project = makeProject(t);
  const app = "declare function require(name: string): any;\nprint('' + require('DHT22').connect(1) + require('Storage'));\n";
  const lines = await fail(project, app);
  t.is(lines.length, 1);
  t.regex(lines[0]!, /src\/app\.ts:2: the module DHT22 is neither part of Espruino's firmware nor in .*modules.*: put it there as DHT22\.js/);
  project.write('src/modules/DHT22.js', 'exports.connect = function (pin) { return require("Helper").x + pin; };\n');
  t.regex((await fail(project, app)).join(), /the module Helper is neither/);
  project.write('src/modules/Helper.min.js', 'exports.x=1;');
  const { files } = await buildBoard({ board: join(project.folder, 'toy'), app: join(project.folder, 'src/app.ts'), out: join(project.folder, 'out') });
  t.deepEqual(files.flatMap(({ module, required, path }) => (required ? [[module, readFileSync(path, 'utf8').slice(0, 12)]] : [])), [['DHT22', 'exports.conn'], ['Helper', 'exports.x=1;']]);
});

test('on MicroQuickJS, which has neither, programs have console.log and setInterval; who does not ask for them pays nothing', async (t) => {
  const project = makeProject(t, `export default { name: 'toy', title: 'a toy', engine: 'mquickjs', variables: 0, storage: 0, limits: {}, features: {}, objects: [], adapters: {} };`);
  const { boot } = await build(project, "let n = 0;\nconst t = setInterval(() => {\n  console.log('tick', ++n);\n  if (n === 3) clearInterval(t);\n}, 500);\n");
  const waiting = new Map<number, () => void>();
  const printed: string[] = [];
  let id = 0;
  runInNewContext(boot, {
    print: (...values: unknown[]) => printed.push(values.join(' ')),
    setTimeout: (callback: (given: unknown) => void, ms: number, given: unknown) => (t.is(ms, 500), waiting.set(++id, () => callback(given)), id),
    clearTimeout: (timer: number) => waiting.delete(timer),
  });
  for (let i = 0; i < 5; i++) for (const [timer, call] of [...waiting]) waiting.delete(timer) && call();
  t.deepEqual(printed, ['tick 1', 'tick 2', 'tick 3']);
  t.is((await build(project, "print('x');\n")).boot, '(function(){print("x");})();');
});

/** A package of npm in the project's node_modules. */
function addPackage(project: Project, name: string, manifest: object, files: Record<string, string>): void {
  project.write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) project.write(`node_modules/${name}/${file}`, text);
}

test('a package of npm that has ECMAScript modules becomes part of the program', async (t) => {
  const project = makeProject(t);
  addPackage(project, 'clamp', { type: 'module', types: 'index.d.ts', exports: { '.': { types: './index.d.ts', import: './index.js' } } }, {
    'index.d.ts': 'export declare function clamp(n: number): number;\n',
    'index.js': "import { LIMIT } from './limit.js';\nexport const clamp = (n) => { let m = n; return m > LIMIT ? LIMIT : m; };\n",
    'limit.js': 'export const LIMIT = 9;\nexport const other = `${LIMIT}`;\n',
  });
  addPackage(project, 'old', { main: 'index.cjs', module: 'es/index.js', types: 'index.d.ts' }, { 'index.d.ts': 'export declare const old: string;\n', 'index.cjs': 'exports.old = "cjs";\n', 'es/index.js': 'export const old = "esm";\n' });
  const { app, boot } = await build(project, "import { clamp } from 'clamp';\nimport { old } from 'old';\nprint(clamp(12) + old);\n");
  t.deepEqual(run(boot), ['9esm']);
  t.notRegex(app, /require|=>/);
});

test('a package of npm that cannot become part of the program is refused by name, file and line', async (t) => {
  const project = makeProject(t);
  addPackage(project, 'common', { types: 'index.d.ts', main: 'index.js' }, { 'index.d.ts': 'export declare const x: number;\n', 'index.js': 'exports.x = 1;\n' });
  t.deepEqual((await fail(project, "\nimport { x } from 'common';\nprint('' + x);\n")).map((line) => line.replace(/^.*src\/app/, 'app').replace(/\(.*index\.js\)/, '(FILE)')), [
    'app.ts:2:19: the package common is CommonJS (FILE), and only ECMAScript modules can become part of a program: take another package or version, or copy what you need of it into a .ts file',
  ]);
  addPackage(project, 'modern', { type: 'module', types: 'index.d.ts', exports: './index.js' }, { 'index.d.ts': 'export declare const x: number;\n', 'index.js': 'export class A {}\nexport class B extends A {}\nexport const x = new B() ? 1 : 2;\n' });
  t.regex((await fail(project, "import { x } from 'modern';\nprint('' + x);\n")).join('\n'), /modern\/index\.js: this needs a helper of TypeScript at run time/);
  addPackage(project, 'global', { type: 'module', types: 'index.d.ts', exports: './index.js' }, { 'index.d.ts': 'export declare const x: string;\n', 'index.js': 'export const x = window.name + "a".localeCompare("b");\n' });
  t.regex((await fail(project, "import { x } from 'global';\nprint(x);\n")).join('\n'), /^global: .*global\/index\.js:1 .*: window is no global of this engine/);
  t.regex((await fail(project, "import { x } from 'nonesuch';\nprint(x);\n")).join('\n'), /app\.ts:1:19: Cannot find module 'nonesuch' or its corresponding type declarations: it is neither installed nor a module of Espruino \(TS2307\)$/);
});
