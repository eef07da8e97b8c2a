import test from 'ava';
import { minify } from 'terser';
import { checkProgram, CORE } from '../../../src/host/build/gate/index';
import { mergeFunctions, renameOptions } from '../../../src/host/build/merge';
import { runScript } from './support/script';

const cold = (...names: string[]) => (name: string) => names.includes(name);

/** Scripts in which functions f, g, h are cold; which of them become one. */
const SCRIPTS: Record<string, { code: string; merged: string[][] }> = {
  'as many parameters': { code: 'function f(a){return a+1}function g(b){log(b);return b*2}function run(x){return f(x)+g(x)}', merged: [['f', 'g']] },
  'without parameters': { code: 'function f(){return 1}function g(){return 2}function run(x){return x?f():g()}', merged: [['f', 'g']] },
  'ways that end without a return': { code: 'function f(a){if(a)log("f")}function g(a){log("g");if(a>1)return 5}function h(a){return "h"+a}function run(x){return [f(x),g(x),h(x)].join()}', merged: [['f', 'g', 'h']] },
  'variables of one name': { code: 'function f(a){var b=a+1;return b}function g(a){for(var b=0,i=0;i<a;i++)b+=i;return b}function run(b){return f(b)+"/"+g(b)}', merged: [['f', 'g']] },
  'they call each other, and themselves': { code: 'function f(a){return a<1?0:g(a-1)+1}function g(a){return a<1?0:f(a-1)+g(f(0))+1}function run(x){return f(x)+g(x)}', merged: [['f', 'g']] },
  'an argument less': { code: 'function f(a,b){return b===undefined?a:b}function g(a,b){return a-b}function run(x){return f(x)+g(x,1)}', merged: [['f', 'g']] },
  'a call with a comma and spaces inside': { code: 'function f(a){return a}function g(a){return -a}function run(x){return f( (log(x),x) )+g(x)}', merged: [['f', 'g']] },

  'not: another number of parameters': { code: 'function f(a){return a}function g(a,b){return a+b}function run(x){return f(x)+g(x,1)}', merged: [] },
  'not: called in ordinary life': { code: 'function f(a){return a}function hot(a){return -a}function run(x){return f(x)+hot(x)}', merged: [] },
  'not: handed over': { code: 'function f(a){return a}function g(a){return -a}function run(x){var k=g;return f(x)+k(x)}', merged: [] },
  'not: assigned': { code: 'function f(a){return a}function g(a){return -a}g=log;function run(x){return f(x)+g(x)}', merged: [] },
  'not: `this`': { code: 'function f(a){return a}function g(a){return this===a}function run(x){return f(x)+g(x)}', merged: [] },
  'not: `arguments`': { code: 'function f(a){return a}function g(a){return arguments.length+a}function run(x){return f(x)+g(x)}', merged: [] },
  'not: more arguments than parameters': { code: 'function f(a){return a}function g(a){return -a}function run(x){return f(x)+g(x,log("more"))}', merged: [] },
  'not: a function inside, which keeps the variables': { code: 'function f(a){return a}function g(a){return function(){return a}}function run(x){return f(x)+g(x)()}', merged: [] },
  'not: only the start needs them': { code: 'function f(a){return a}function g(a){return -a}var n=f(1)+g(2);function run(x){return x+n}', merged: [] },
};

for (const [what, { code, merged }] of Object.entries(SCRIPTS)) {
  test(`merged, and the same: ${what}`, async (t) => {
    const script = code + ';exports.run=run;';
    const result = mergeFunctions(script, cold('f', 'g', 'h'));
    t.deepEqual(result.merged, merged, result.code);
    t.deepEqual(runScript(result.code), runScript(script), result.code);
    const short = (await minify(result.code, renameOptions(['do']))).code!;
    t.deepEqual(runScript(short), runScript(script), short);
    t.deepEqual(checkProgram(short, { ...CORE, globals: [...CORE.globals, 'log'] }), [], short);
  });
}

test('one becomes no longer than a call can afford to read over', (t) => {
  const long = Array.from({ length: 8 }, (_, i) => `function f${i}(a){log("${'x'.repeat(900)}");return a+${i}}`).join('');
  const script = `${long}function run(x){return f0(x)+f1(x)+f2(x)+f3(x)+f4(x)+f5(x)+f6(x)+f7(x)}exports.run=run;`;
  const { code, merged } = mergeFunctions(script, (name) => name !== 'run');
  t.deepEqual(merged.map(({ length }) => length), [2, 2, 2, 2]);
  t.deepEqual(runScript(code), runScript(script));
});

test('what is made has a name that nothing else has, not even a reserved one', (t) => {
  const script = 'function f(a){return a}function g(a){return -a}function run(aa){var ab=f(aa);return ab+g(aa)}exports.run=run;';
  const { code } = mergeFunctions(script, cold('f', 'g'), ['ac']);
  t.regex(code, /function ad\(/);
});
