/** Each rule of the gate, on programs that break it and on their nearest neighbours that do not. */
import test from 'ava';
import { checkProgram, CORE, formatFinding } from '../../../src/host/build/gate/index';

const rulesOf = (code: string) => [...new Set(checkProgram(code, { ...CORE, strictCatch: true }).map((finding) => finding.rule))];

const CASES: Record<string, { bad: string[]; good: string[] }> = {
  'late-var': {
    bad: [
      'function f(b){return b=1,a=b;var a}',
      'function f(){a=1;var a;return a}',
      'function f(n){for(;n--;){if(n)g(x);var x=n}}function g(){}',
      'exports.a=x;var x=1;',
    ],
    good: [
      'function f(b){var a;return a=b}',
      'function f(a){return a=1,a;var a}',
      'var a=1,b=a;exports.b=b;',
      'function f(){return x}var x=1;exports.f=f;',
      'function f(){var a=function(){return b},b=1;return a()}',
    ],
  },
  'branch-var': {
    bad: [
      'function f(c){if(c)var x=1;return x}',
      'function f(c){if(c){var x=1}else x=2;return c}',
      'function f(n){while(n--)var x=n;return x}',
      'function f(n){switch(n){case 1:var x=1;break;case 2:return x}}',
      'function f(g){try{var x=g()}catch(e){}return x}',
      'function f(n){for(;n--;x++){if(n)continue;var x=1}}',
      'function f(c){if(c)var x=1;x=2;return c}',
    ],
    good: [
      'function f(c){if(c){var x=1;return x}}',
      'function f(c){var x;if(c)x=1;return x}',
      'function f(n){for(var i=0;i<n;i++);return i}',
      'function f(o){for(var k in o);return k}',
      'function f(n){while(n--){var x=n;if(n)exports.a=x}}',
      'function f(c){if(c){var x=1;exports.a=x}else{var x=2;exports.b=x}}',
      'function f(g){try{var x=g();return x}catch(e){return 1}}',
    ],
  },
  'late-function': {
    bad: ['function f(){return g();function g(){return 1}}', 'exports.a=function(){var x=b;function b(){}return x};'],
    good: ['function f(){function g(){return 1}return g()}', 'function f(){function g(){return h()}function h(){return 1}return g()}'],
  },
  'load-order': {
    bad: [
      'exports.a=f();function f(){return 1}',
      'exports.a=f;function f(){return 1}',
      'function f(){return g()}exports.a=f();function g(){return 1}',
      'function f(){return h()}function h(){return function(){return g()}()}exports.a=f();function g(){return 1}',
      '!function(){g()}();function g(){}',
      'function f(c){c()}f(function(){g()});f(h);function h(){}function g(){}',
    ],
    good: [
      'function f(){return g()}function g(){return 1}exports.a=f();',
      'function f(){return g()}exports.f=f;function g(){return 1}',
      'exports.f=function(){return g()};function g(){return 1}',
    ],
  },
  label: { bad: ['function f(){a:for(;;)break a}'], good: ['function f(){for(;;)break}'] },
  'case-order': {
    bad: ['function f(n){switch(n){default:return 1;case 2:return 3}}'],
    good: ['function f(n){switch(n){case 2:return 3;default:return 1}}', 'function f(n){switch(n){case 1:return 2}}'],
  },
  'do-in-switch': {
    bad: ['function f(n){switch(n){case 1:do n--;while(n)}}', 'function f(n){switch(n){case 1:if(n){do n--;while(n)}}}'],
    good: ['function f(n){do switch(n){case 1:n--}while(n)}', 'function f(n){switch(n){case 1:n=function(){do n--;while(n)}}}'],
  },
  'for-init': {
    bad: ['function f(i){for(function(){}(),i=0;i;);}', 'function f(i,o){for(i=("a"in o);i;);}'],
    good: ['function f(i,o){for(i=0;"a"in o;);}', 'function f(o){for(var k in o);}', 'function f(g,i){for(g=function(){},i=0;i;);}'],
  },
  'case-string': {
    bad: ['function f(n){switch(n){case 1:"a".length}}', "function f(n){switch(n){case 1:'a'==n&&n()}}"],
    good: ['function f(n){switch(n){case 1:return"a"}}', 'function f(n){switch(n){case"a":n="b"}}'],
  },
  'comma-index': { bad: ['function f(a,i){return a[i=1,i]}'], good: ['function f(a,i){return i=1,a[i]}'] },
  regex: { bad: ['exports.a=/x/;'], good: ['exports.a=1/2/3;'] },
  accessor: { bad: ['exports.a={get x(){return 1}};', 'exports.a={set x(v){}};'], good: ['exports.a={get:1,set:2};'] },
  hole: { bad: ['exports.a=[1,,2];'], good: ['exports.a=[1,2,];'] },
  'array-length': {
    bad: ['function f(a){a.length=0}', 'function f(a){a.length--}'],
    good: ['function f(a){return a.length}', 'function F(n){this.length=n}'],
  },
  'for-in-delete': {
    bad: ['function f(o){for(var k in o)delete o[k]}'],
    good: ['function f(o){for(var k in o);delete o[k]}'],
  },
  'non-ascii': { bad: ['exports.a="\u00e9";'], good: ['exports.a="\\xe9";'] },
  'catch-name': {
    bad: [
      'function f(g){try{g()}catch(e){}try{g()}catch(e){}}',
      'function f(g){try{g()}catch(e){try{g()}catch(e){}}}',
      'function f(g){var e=1;try{g()}catch(e){}return e}',
    ],
    good: ['function f(g){try{g()}catch(e){}try{g()}catch(d){}}', 'function f(g){try{g()}catch(e){}}function h(g){try{g()}catch(e){}}'],
  },
  'element-value': {
    bad: [
      'function f(u,w){w=u[0]=300;return w}',
      'function f(u,x){return u[x]|=256}',
      'function f(u){return(u[0]^=1)&&1}',
      'function f(u){return++u[0]}',
      'function f(u,g,x){g(u[0]=x)}',
      'function f(u){for(;u[0]=u[0]-1;);}',
      'function f(u){if(u[0]=300)return}',
      'function f(u,v){u[0]=v[0]=1.5}',
    ],
    good: [
      'function f(u){u[0]=300}',
      'function f(u,x){x&&(u[0]=1)}',
      'function f(u,x){x?u[0]=1:u[1]=2}',
      'function f(u){for(u[0]=1;;u[0]++);}',
      'function f(u){return u[0]=1,2}',
      'function f(u){return void(u[0]=1)}',
      'function f(u){return u[0]++}',
      'function f(o){return o.a=1}',
      'function f(o,x){return o["a-b"]=x}',
      'function f(o,x){return o[5700]=o[5701]=x}',
      'function f(u,v){u[0]=v[0]=0}',
    ],
  },
  compound: {
    bad: [
      'function f(o,g){o.a+=g()}',
      'function f(u,i,g){u[i]+=g()}',
      'function f(x){x-=x=2;return x}',
      'function f(u,i){u[i]+=u[1]++}',
      'var n=0;function f(g){n+=g()}exports.f=f;',
      'function f(g){var n=0;function h(){n=2;return 1}n+=h();return n}',
      'function f(x){return x+=x++,x}',
    ],
    good: [
      'function f(x,g){x+=g();return x}',
      'function f(o,g,t){t=g();o.a+=t}',
      'function f(u,i){u[i]+=u[i+1]}',
      'function f(u,i){u[i]+=u[i=1];return i}',
      'function f(g){var n=0,h=function(){return n};n+=h();return n}',
      'function f(x,y){x+=y=2;return x+y}',
      'function f(o,s){o.a+=s.charCodeAt(0)+Math.floor(s)}',
    ],
  },
  'late-read': {
    bad: ['function f(x){return x+(x=2)}', 'function f(x){return x<x++}'],
    good: ['function f(x){return(x=2)+x}', 'function f(x,y){return x+(y=2)}', 'function f(b,x){return b[x]|b[++x]}'],
  },
  forbidden: {
    bad: [
      'exports.a=Math.pow(2,3);', 'exports.a=Math.imul;', 'exports.a=Math["trunc"](1);', 'Object.freeze(exports);',
      'exports.a=Number.isInteger(1);', 'exports.a=Array.from([]);', 'exports.a=new Uint8Array(1).fill(0);', 'exports.a="a".substr(1);',
      'exports.a=[].lastIndexOf(1);', 'exports.a=Uint8Array.from([]);', 'exports.a="a".repeat(2);', 'exports.a="a".padStart(2);',
      'exports.a="a".startsWith("a");', 'exports.a=[].includes(1);', 'exports.a=[].find(exports);', 'exports.a=new Uint8Array(1).copyWithin(0,1);',
      'exports.a=new DataView(new ArrayBuffer(1));',
    ],
    good: ['exports.a=Math.floor(1);', 'exports.a="a".slice(1);', 'exports.a=[].indexOf(1);', 'exports.fill=1;', 'exports.a={repeat:1};'],
  },
  global: {
    bad: ['exports.a=new Error("x");', 'exports.a=Date.now();', 'setTimeout(exports.a,1);', 'x=1;', 'exports.a=require("b");', 'exports.a=new Map;'],
    good: ['exports.a=new Uint8Array(1);', 'exports.a=typeof Buffer;', 'exports.a=void 0===exports.b;', 'function f(){return arguments.length}'],
  },
  syntax: { bad: ['let a=1;', 'exports.a=()=>1;', 'exports.a=`a`;', 'exports.a=;'], good: ['exports.a=1;'] },
};

for (const [rule, { bad, good }] of Object.entries(CASES)) {
  test(`${rule} is found`, (t) => {
    for (const code of bad) t.true(rulesOf(code).includes(rule), `${code}: ${rulesOf(code).join() || 'nothing'}`);
  });
  test(`${rule} is not seen where it is not`, (t) => {
    for (const code of good) t.deepEqual(rulesOf(code), [], code);
  });
}

test('an engine brings globals of its own, a program of a person any', (t) => {
  t.deepEqual(checkProgram('E.getErrorFlags(D13)', { globals: ['E'], pattern: /^D\d+$/ }), []);
  t.deepEqual(checkProgram('throw new Error(anything)', { ...CORE, app: true }), []);
  t.is(checkProgram('exports.a=Math.pow(2,3)', { ...CORE, app: true }).length, 1);
});

test('a name of a catch matters to MicroQuickJS alone', (t) => {
  t.deepEqual(checkProgram('function f(g){try{g()}catch(e){}try{g()}catch(e){}}'), []);
});

test('a finding is one line: rule, place, excerpt, reason', (t) => {
  const code = 'exports.a=1;\nexports.b=Math.pow(2,3);';
  const [finding] = checkProgram(code);
  t.regex(formatFinding(finding, code, 'x.js'), /^forbidden: x\.js:2:11: ….*exports\.b=Math\.pow\(2,3\);…: Math\.pow: .+$/);
  t.regex(formatFinding(finding, code, 'x.js', 'src/a.ts:7'), /^forbidden: src\/a\.ts:7 \(x\.js:2:11\): /);
});
