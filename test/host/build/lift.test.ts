import test from 'ava';
import { minify } from 'terser';
import ts from 'typescript';
import { liftRecord, ONE_CLIENT, type Lifted } from '../../../src/host/build/lift/index';
import { collectTypes, noTypes, type RecordTypes } from '../../../src/host/build/lift/types';
import { markInternals } from '../../../src/host/build/names';
import { orderNames } from '../../../src/host/build/order';
import { followImports } from '../../../src/host/build/sources';
import { inPackage } from '../../../src/host/build/root';
import { findOrigin } from '../../../src/host/build/sourcemap';
import { runScript } from './support/script';

/** As the compiler would say of these scripts: `make` makes the client, functions have it where a parameter is called `c`, and a field `_c` holds it. */
function typesOf(...functions: string[]): RecordTypes {
  return { parameters: new Map(functions.map((name) => [name, new Set([0])])), variables: new Set(['make/c', 'late/c']), fields: new Set(['_c']) };
}

const MAKE = 'function make(n){var c={_n:n,_list:[],_none:undefined};c._more=n+1;return c}';

function lift(code: string, ...functions: string[]): Lifted | undefined {
  return liftRecord(markInternals(code), typesOf(...functions), (name) => name);
}

/** Scripts that make one client, what stays of its record, and what must be in the text. */
const SCRIPTS: Record<string, { code: string; functions?: string[]; kept?: string[]; has?: RegExp; not?: RegExp }> = {
  'a parameter by its type': {
    code: 'function add(c,x){c._n+=x;return c._n}var d=make(3);function run(x){return add(d,x)}', functions: ['add'],
    has: /function add\(x\)/, not: /ǀn/,
  },
  'a parameter by what all calls give': {
    code: 'function low(w,x){w._n=x;return w._n+w._more}function add(c,x){return low(c,x)}var d=make(3);function run(x){return add(d,x)}', functions: ['add'],
    has: /function low\(x\)/, not: /ǀ/,
  },
  'in the middle and at the end': {
    code: 'function low(x,w,y){return x+w._more+y}function end(x,w){return w._n+x}function add(c,x){return low(x,c,2)+end(x,c)}var d=make(3);function run(x){return add(d,x)}', functions: ['add'],
    has: /function low\(x,y\)[\s\S]*function end\(x\)/,
  },
  'functions that call each other': {
    code: 'function even(w,x){return x?odd(w,x-1):w._n}function odd(w,x){return x?even(w,x-1):w._more}function add(c,x){return even(c,x)}var d=make(3);function run(x){return add(d,x)}', functions: ['add'],
    has: /function even\(x\)[\s\S]*function odd\(x\)/,
  },
  'a field of another record that holds the client': {
    code: 'function hold(c){return {_c:c,id:1}}function ask(o){return o._c._n}function late(o,x){var c=o._c;c._n=x;return c._more}var d=make(3);var o=hold(d);function run(x){return late(o,x)+ask(o)}', functions: ['hold'],
    not: /ǀn/,
  },
  'a value in the record': { code: 'function add(c,x){c._list.push(x);return c._list.join()}var d=make(3);function run(x){return add(d,x)}', functions: ['add'] },
  'it is handed out, and is the same': {
    code: 'function emit(c,f){return f(c)}var d=make(3);function run(x){return emit(d,function(k){return k===d&&x})}', functions: ['emit'],
  },
  'a function that is handed over keeps its parameter': {
    code: 'function add(c,x){c._n+=x;return c._n}exports.add=add;var d=make(3);function run(x){return add(d,x)+exports.add(d,x)}', functions: ['add'],
    has: /function add\(c,x\)[\s\S]*add\(0,x\)/, not: /ǀn/,
  },
  'an argument that does something is kept': {
    code: 'function add(c,x){c._n+=x;return c._n}var d=make(3);function run(x){return add((log(x),d),x)}', functions: ['add'],
    has: /function add\(c,x\)/,
  },

  'not: fields where it is one of several records': {
    code: 'function sum(p){return p._n+1}function add(c,x){c._more=x;return sum(c)+sum({_n:x})+c._more}var d=make(3);function run(x){return add(d,x)}', functions: ['add'],
    kept: ['_n'], not: /ǀmore/,
  },
  'not: by way of a function that hands on': {
    code: 'function deep(q){return q._n}function sum(p){return deep(p)}function add(c){return sum(c)+sum({_n:5})}var d=make(3);function run(x){return add(d)+x}', functions: ['add'],
    kept: ['_n'],
  },
  'not: a parameter that is assigned': {
    code: 'function low(w,x){w=x?w:{_n:9};return w._n}function add(c,x){return low(c,x)}var d=make(3);function run(x){return add(d,x)}', functions: ['add'],
    kept: ['_n'], has: /function low\(w,x\)/,
  },
  'not: fields of other records that have the name': {
    code: 'function add(c,s){s._n+=c._n;return s._n}var d=make(3);function run(x){return add(d,{_n:x})}', functions: ['add'], has: /ǀn/,
  },
  "not: a person's field of the same name": {
    code: 'function add(c,o,x){c._n+=x;return o.client.n+o.n+c._n}var d=make(3);function run(x){return add(d,{client:{n:4},n:x},x)}', functions: ['add'], has: /o\.client\.n\+o\.n/,
  },
  'not: a name of the script that a variable would have': {
    code: 'var n$=7,client$=8,made$=9;function add(c,x){c._n+=x;return c._n+n$+client$+made$}var d=make(3);function run(x){return add(d,x)}', functions: ['add'],
  },
};

for (const [what, { code, functions = [], kept = [], has, not }] of Object.entries(SCRIPTS)) {
  test(`lifted, and the same: ${what}`, async (t) => {
    const script = `${MAKE}${code};exports.run=run;`;
    const lifted = lift(script, ...functions)!;
    t.deepEqual(lifted.kept, kept, lifted.code);
    if (has) t.regex(lifted.code, has);
    if (not) t.notRegex(lifted.code, not);
    t.deepEqual(runScript(lifted.code), runScript(markInternals(script)), lifted.code);
    t.is(lift(script, ...functions)!.code, lifted.code, 'twice the same');
    const short = (await minify(lifted.code, { toplevel: true, compress: { toplevel: true } })).code!;
    t.deepEqual(runScript(short), runScript(markInternals(script)), short);
  });
}

test('a script without a client stays as it is', (t) => {
  t.is(lift('function add(x){return x}exports.run=add;', 'add'), undefined);
});

test('a second client is refused with a sentence, and a first one that failed is none', (t) => {
  const script = `function make(n){var c={_n:n};if(n<0)throw "bad";return c}function add(c){return c._n}function tell(n){try{return add(make(n))}catch(e){return e}}exports.run=function(x){return x?0:[tell(-1),tell(-1),tell(5),tell(6)]};`;
  t.deepEqual((runScript(lift(script, 'add')!.code)[0] as unknown[]).join('|'), `bad|bad|5|${ONE_CLIENT}`);
});

test('two places that make a client are refused while building', (t) => {
  t.throws(() => lift('function make(){var c={_n:1};return c}function late(){var c={_n:2};return c}', 'add'), { message: /made in two places/ });
});

test('a client that is assigned anew is refused while building', (t) => {
  t.throws(() => lift(`${MAKE}function add(c,x){c=x;return c._n}exports.run=add`, 'add'), { message: /is assigned/ });
});

test('the source map still knows each name', (t) => {
  const script = markInternals(`${MAKE}\nfunction add(c,x){c._n+=x;\nthrow x}\nvar d=make(3);function run(x){return add(d,x)}exports.run=run;`);
  const { code, map } = lift(script, 'add')!;
  t.is(findOrigin(code, { ...map, sources: ['a.ts'] }, code.indexOf('throw x')), 'a.ts:3');
});

test('an ECMAScript module', (t) => {
  const { code } = liftRecord(markInternals(`import { log } from 'log';\n${MAKE}function add(c,x){c._n+=x;return low(c)}function low(w){return w._n}\nexport { make, add };`), typesOf('add'), (name) => name, true)!;
  t.regex(code, /function add\(c,x\)\{n\$\+=x;return low\(\)\}function low\(\)/);
  t.regex(code, /export \{ make, add \};/);
});

function programOf(files: string[]): ts.Program {
  return ts.createProgram(files, { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] });
}

test('where the client is, TypeScript says: parameters, variables and fields by their type', (t) => {
  const types = noTypes();
  collectTypes(programOf(followImports([inPackage('boards', 'linux-espruino', 'main.ts')], {})), () => true, types);
  t.deepEqual([...types.parameters.get('lwm2m/client#poll')!], [0]);
  t.deepEqual([...types.parameters.get('lwm2m/reporting/notify#changed')!], [0]);
  t.false(types.parameters.has('coap/endpoint#send'), 'an endpoint is the client where all calls give it');
  t.false(types.parameters.has('lwm2m/path#isAbove'));
  t.true(types.variables.has('lwm2m/client#createClient/c'));
  t.deepEqual([...types.fields], ['_c']);
});

test('names stand in the order in which they are asked for, and what has a value stays behind', (t) => {
  const script = 'var a,b=log(1),c;function cold(){return a}function hot(){return c+b}var e;function run(x){c=x;a=2;e=hot()+hot();return e+cold()}exports.run=run;';
  const calls: Record<string, number> = { hot: 10, run: 1 };
  const { code } = orderNames(script, (name) => calls[name] ?? 0);
  t.regex(code, /^var c,e,a;function hot\(\)\{return c\+b\}function cold\(\).*;?var b=log\(1\);exports\.run=run;\n$/);
  t.deepEqual(runScript(code), runScript(script));
});
