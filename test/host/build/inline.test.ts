import test from 'ava';
import { inlineFunctions } from '../../../src/host/build/inline/index';
import { decodeSegments } from '../../../src/host/build/sourcemap';
import { runScript } from './support/script';

const all = () => true;

/** What a script is made of beside `exports.run`, and whether it still says the same. */
const SAME: Record<string, { code: string; inlined: string[] }> = {
  'a statement': { code: 'function f(a){log(a+1)} function run(x){f(x); log(x);}', inlined: ['f'] },
  'a return': { code: 'function f(a){if(a>1)return "big"; return "small"} function run(x){if(x)return f(x); return 0}', inlined: ['f'] },
  'both branches of a return': { code: 'function f(a){if(a>1)return 5; return 6} function g(a){log(a);return 7} function run(x){return x?f(x):g(x)}', inlined: ['f', 'g'] },
  'early returns that nothing follows': {
    code: 'function f(a){if(a<1)return 1; if(a<2){log("two");return 2} var b=a*2; return b} function run(x){var v=f(x); return v+100}',
    inlined: ['f'],
  },
  'an assignment to a variable that is an argument too': { code: 'function f(a){if(a>1)return a*10; return a+5} function run(x){x=f(x);return x}', inlined: ['f'] },
  'a condition': { code: 'function f(a){var b=a-1;return b>0} function run(x){if(f(x))return "yes"; return "no"}', inlined: ['f'] },
  'a condition behind another one': { code: 'function f(a){log(a);return a>1} function run(x){if(x&&f(x))return "yes"; return "no"}', inlined: ['f'] },
  'a value among others': { code: 'function f(a){log("f");return a*2} function run(x){var a=1,b=f(x)+a,c=b+1;return [a,b,c].join()}', inlined: ['f'] },
  'an operand, with several returns': { code: 'function f(a){if(a)return 3;return 4} function run(x){return 10*f(x)+1}', inlined: ['f'] },
  'the same names on both sides': { code: 'function f(a,b){var i=b;for(;i<3;i++)a+=i;return a} function run(a){var i=9,b=f(i,a);return [a,b,i].join()}', inlined: ['f'] },
  'an argument that is named as a variable inside': { code: 'function f(a){var x=5;return a+x} function run(x){return f(x)+x}', inlined: ['f'] },
  'arguments in their order, and once each': { code: 'function f(a,b,c){return c+b+b+a} function run(x){return f(log("1"+x),log("2"),x)}', inlined: ['f'] },
  'an argument that a later one changes': { code: 'function f(a,b){return a*100+b} function run(x){return f(x,x++)+x}', inlined: ['f'] },
  'a parameter that is assigned': { code: 'function f(a){a=a+1;log(a)} function run(x){f(x);return x}', inlined: ['f'] },
  'a parameter that gets nothing': { code: 'function f(a,b){return b===undefined?a:b} function run(x){return f(x)}', inlined: ['f'] },
  'a parameter that stands for the state of the script': { code: 'var n=0; function f(a){n=n+5;return a+n} function run(x){return f(n)}', inlined: ['f'] },
  'a variable that each round of a loop finds empty': {
    code: 'function f(i){var v;if(i===1)v=i;log(v)} function run(x){for(var i=0;i<x;i++){f(i)}return 0}',
    inlined: ['f'],
  },
  'a function inside one that is inlined itself': { code: 'function g(a){log(a);return a} function f(a){return g(a)+1} function run(x){return f(x)}', inlined: ['g', 'f'] },
  'a call that stands without braces': { code: 'function f(a){log(a);log(a)} function run(x){if(x)f(x);else log("none");return 0}', inlined: ['f'] },
  'a case': { code: 'function f(a){var b=a+1;return b} function run(x){switch(x){case 1:x=f(x);break;case 2:return "two"}return x}', inlined: ['f'] },
  'a property that the function changes, of what stays': { code: 'var o={v:1}; function f(a){o.v=a;return a+1} function run(x){var p=o;p.w=f(x);return p.v+p.w}', inlined: ['f'] },

  'none: it reads what the function changes': { code: 'var o={v:1}; function f(a){o.v=o.v+a;return 1} function run(x){return o.v+f(x)}', inlined: [] },
  'none: it may be skipped inside an expression': { code: 'function f(a){log(a);return a} function run(x){return 1+(x&&f(x))}', inlined: [] },
  'none: it is called again and again': { code: 'function f(a){log(a);return a<3} function run(x){while(f(x))x=x+1;return x}', inlined: [] },
  'none: a return out of a loop': { code: 'function f(a){for(var i=0;i<5;i++)if(i===a)return i;return -1} function run(x){var v=f(x);return v}', inlined: [] },
  'none: a return out of a switch': { code: 'function f(a){switch(a){case 1:return 5}return 6} function run(x){var v=f(x);return v}', inlined: [] },
  'none: a return that is passed on both ways': { code: 'function f(a){if(a){if(a>1)return 5;log("on")}else log("0");return 6} function run(x){var v=f(x);return v}', inlined: [] },
  'none: a value that may be missing': { code: 'function f(a){if(a)return 5} function run(x){var v=f(x);return v}', inlined: [] },
  'none: two callers': { code: 'function f(a){return a+1} function run(x){log(f(x));return f(x)}', inlined: [] },
  'none: it calls itself': { code: 'function f(a){if(a<1)return 0;return f(a-1)} function run(x){return f(x)}', inlined: [] },
  'none: it is handed over': { code: 'function f(a){return a+1} function run(x){var h=f;return h(x)}', inlined: [] },
  'none: it has a function inside': { code: 'function f(a){return function(){return a}} function run(x){var h=f(x);return h()}', inlined: [] },
  'none: `this`': { code: 'function f(){return this===undefined} function run(x){var v=f();return !v&&x}', inlined: [] },
  'none: `arguments`': { code: 'function f(a){return arguments.length} function run(x){return f(x)}', inlined: [] },
  'none: arguments that no parameter takes': { code: 'function f(a){return a} function run(x){return f(x,log("more"))}', inlined: [] },
  'none: a function inside the caller calls it': { code: 'function f(a){return a+1} function run(x){return [x].map(function(y){return f(y)})[0]}', inlined: [] },
  'none: a name of the script that the caller has for its own': { code: 'var n=5; function f(a){return a+n} function run(x){var n=1;return f(x)+n}', inlined: [] },
  'none: a function that something assigns': { code: 'function f(a){return a+1} f=log; function run(x){return f(x)}', inlined: [] },
  'none: variables beside a catch, whose name the minifier may give to one': { code: 'function f(a){var b=a*2;return b+a} function run(x){var r=f(x);try{log(r)}catch(e){log(e)}return r}', inlined: [] },
  'none: a do…while in a case': { code: 'function f(a){do{a=a-1}while(a>0);log(a)} function run(x){switch(x){case 2:f(x)}return x}', inlined: [] },
};

for (const [what, { code, inlined }] of Object.entries(SAME)) {
  test(`inlined, and the same: ${what}`, (t) => {
    const script = code + '\nexports.run = run;\n';
    const result = inlineFunctions(script, all);
    t.deepEqual(result.inlined.map(({ name }) => name), inlined, result.code);
    t.deepEqual(runScript(result.code), runScript(script), result.code);
  });
}

test('what is not wanted stays, and what is tells how long it is when it is short', (t) => {
  const code = 'function first(a){log(a)} function second(aVeryLongName){/* and a comment */log(aVeryLongName)} function run(x){first(x);second(x);return 0} exports.run=run;';
  const pairs: unknown[] = [];
  const { inlined } = inlineFunctions(code, (pair) => pairs.push(pair) < 0 || pair.name === 'first');
  t.deepEqual(inlined.map(({ name, caller }) => [name, caller]), [['first', 'run']]);
  const lengths = new Map((pairs as { name: string; length: number }[]).map(({ name, length }) => [name, length]));
  t.true(lengths.get('second')! < 30, `${lengths.get('second')}`);
});

test('a module: what it exports stays, imports are nobody\'s constants', (t) => {
  const code = 'import { now } from "clock";\nfunction f(a) { log(a); return a; }\nfunction g(a) { log(a); return a; }\nfunction run(x) { return f(x) + g(now); }\nexport { run, g };\n';
  const result = inlineFunctions(code, all, true);
  t.deepEqual(result.inlined.map(({ name }) => name), ['f']);
  t.regex(result.code, /^import \{ now \} from "clock";\n[^]*function g[^]*export \{ run, g \};\n$/);
});

test('a place in the result leads to its place in the script', (t) => {
  const code = 'function f(a) {\n  log(a);\n  return a + 41;\n}\nfunction run(x) {\n  log("run");\n  return f(x);\n}\nexports.run = run;\n';
  const result = inlineFunctions(code, all);
  const at = result.code.indexOf('41');
  const segment = decodeSegments(result.map, result.code).filter(({ offset }) => offset <= at).pop()!;
  t.is(segment.line, 2);
  const end = result.code.indexOf('exports.run');
  t.is(decodeSegments(result.map, result.code).filter(({ offset }) => offset <= end).pop()!.line, 8);
});
