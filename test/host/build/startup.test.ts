/** What a boot script lets go of when it has started, and what it must keep. */
import test from 'ava';
import { findStartup, releaseStartup } from '../../../src/host/build/startup';

test('a function that only the top level calls, and what only that calls, is for the start', (t) => {
  t.deepEqual(findStartup('function a(){return 1}function b(){return a()}b();').functions, ['a', 'b']);
});

test('a function that is named without being called may be called later, and keeps what it names', (t) => {
  t.deepEqual(findStartup('function a(){return 1}function b(){return a()}function c(){}setTimeout(b,1);c();').functions, ['c']);
  t.deepEqual(findStartup('function a(){}var o={x:a};').functions, []);
  t.deepEqual(findStartup('function a(){}function b(o){o.x=a}b({});').functions, ['b']);
});

test('what a function inside another names is kept', (t) => {
  t.deepEqual(findStartup('function a(){}function b(){return function(){a()}}var f=b();').functions, ['b']);
  t.deepEqual(findStartup('function a(){}setTimeout(function(){a()},1);').functions, []);
});

test('a local variable of the same name is not the function', (t) => {
  t.deepEqual(findStartup('function a(){}function b(a){return a}setTimeout(b,1);').functions, ['a']);
});

test('a variable that only the top level names is for the start; one that a function names which may still run is not', (t) => {
  t.deepEqual(findStartup('var a={},b=a;setTimeout(function(){b.x=1},1);').variables, ['a']);
  t.deepEqual(findStartup('var a={};function f(){return a}f();').variables, ['a']);
  t.deepEqual(findStartup('var a={};function f(){return a}setTimeout(f,1);').variables, []);
  t.deepEqual(findStartup('var a={};(function(){a.x=1})();').variables, ['a']);
  t.deepEqual(findStartup('var a={};(function(){setTimeout(function(){a.x=1},1)})();').variables, []);
});

test('Espruino forgets the names, too', (t) => {
  const code = releaseStartup('function a(){return 7}var x=a();setTimeout(function(){},x)', true);
  t.true(code.endsWith(';delete a;delete x;\n'), code);
});

test('the script lets them go at its end, and runs as before', (t) => {
  const code = releaseStartup('function a(){return 7}var x=a();function b(){return x}setTimeout(b,1)', false);
  t.true(code.endsWith(';a=0;\n'));
  t.is(new Function('setTimeout', code + 'return [x,a,b()]')(() => {}).join(), '7,0,7');
});
