import { runInNewContext } from 'node:vm';
import test from 'ava';
import { splitOverlays, type Part } from '../../../src/host/build/overlays';

/** Where each function of the scripts here comes from. */
const ORIGINS: Record<string, string> = { x: 'lwm2m/management/execute#execute', y: 'lwm2m/management/execute#takeArguments', w: 'lwm2m/management/write#write', s: 'coap/endpoint#send', z: 'wire/numbers#putFloat', v: 'wire/numbers#f64' };
const split = (code: string): Part[] => splitOverlays(code, (name) => ORIGINS[name] ?? `#${name}`);
const partOf = (parts: Part[], group: string): string => parts.find((part) => part.group === group)!.code;

/** Runs the parts as Espruino would; what was printed, and how often each module was loaded. */
function run(parts: Part[]): { printed: unknown[]; loads: Record<string, number>; context: Record<string, any> } {
  const printed: unknown[] = [];
  const loads: Record<string, number> = {};
  const cache = new Map<string, object>();
  const context: Record<string, any> = {
    print: (value: unknown) => printed.push(value),
    Modules: { removeCached: (name: string) => void cache.delete(name) },
    require(name: string) {
      if (!cache.has(name)) {
        loads[name] = (loads[name] ?? 0) + 1;
        // A module's names are its own, the script's are everybody's.
        const load = new Function('exports', 'c', `with(c){return (function(exports){${parts.find((part) => part.module === name)!.code};return exports})(exports)}`);
        cache.set(name, load({}, context));
      }
      return cache.get(name)!;
    },
  };
  context.global = context;
  runInNewContext(parts[0]!.code, context);
  return { printed, loads, context };
}

test('a function that is called from elsewhere goes to the module of its group, and is loaded for the call', (t) => {
  const parts = split('function y(a){return a+1}function x(a){return y(a)*2}function h(a){return x(a)}print(0),E=h;');
  t.deepEqual(parts.map(({ group }) => group), ['', 'execute']);
  t.false(parts[0]!.code.includes('*2'));
  t.regex(partOf(parts, 'execute'), /exports=\{x:x\}/);
  t.notRegex(partOf(parts, 'execute'), /y:/, 'what only the group itself calls is not exported');
  const { context, loads, printed } = run(parts);
  t.deepEqual([printed, loads], [[0], {}], 'nothing is loaded before it is called');
  t.is(context.E(4), 10);
  t.is(context.E(5), 12);
  t.deepEqual(loads, { [parts[1]!.module]: 1 });
  context.dropOverlays();
  t.is(context.E(6), 14);
  t.deepEqual(loads, { [parts[1]!.module]: 2 }, 'let go, and loaded again');
});

test('a group calls another one, and what stays in RAM', (t) => {
  const parts = split('var n=[];function s(a){n.push(a)}function w(a){s(a),k(a)}function k(a){n.push(-a)}E=function(a){w(a),k(9)};print(1);');
  const { context } = run(parts);
  context.E(3);
  t.deepEqual([...context.n], [3, -3, -9]);
});

test('a function that is handed over as a value stays, as a stub', (t) => {
  const parts = split('function x(a,b){return a-b}E=x;');
  t.regex(parts[0]!.code, /function x\(a,b\)\{return\(/);
  t.is(run(parts).context.E(5, 2), 3);
});

test('what only the start needs is let go when it is over', (t) => {
  const parts = split('function a(){return 7}function b(){return 8}E=b;print(a());');
  t.deepEqual(parts.map(({ group }) => group), ['', 'start']);
  const { printed, context } = run(parts);
  t.deepEqual(printed, [7]);
  t.deepEqual([...context._], [], 'nothing is loaded');
  t.is(context.E(), 8);
});

test('a variable of a group is made with each load of it, and stays out of RAM', (t) => {
  const parts = split('var v=new Float64Array(1);function z(a){v[0]=a;return v[0]}E=function(a){return z(a)};');
  t.false(parts[0]!.code.includes('Float64Array(1)'));
  t.regex(partOf(parts, 'values'), /delete Float64Array;/, 'nor does the constructor stay');
  t.is(run(parts).context.E(0.1), 0.1);
  const shared = split('var v=[1];function z(a){return v}E=function(a){return z(a)[0]+v.length};');
  t.true(shared[0]!.code.includes('var v=[1]'), 'one that others name as well stays');
  t.is(run(shared).context.E(), 2);
});

test('what only the top level names is forgotten', (t) => {
  const parts = split('var o={x:1},p=o.x;function x(a){return a}E=function(a){return x(a)};print(p);');
  t.regex(parts[0]!.code, /delete o;delete p;/);
  t.deepEqual(run(parts).printed, [1]);
});

test('what has `this` is refused in a group', (t) => {
  t.throws(() => split('function x(){return this.a}function h(){return x()}E=h;'), { message: /lwm2m\/management\/execute#execute uses `this`/ });
});

test('a module whose loading was cut off is thrown away before the next', (t) => {
  const parts = split('function x(a){return a}E=function(a){return x(a)};');
  const { context } = run(parts);
  const removed: string[] = [];
  context.Modules.removeCached = (name: string) => void removed.push(name);
  const { require } = context;
  context.require = () => {
    throw new Error('no memory');
  };
  t.throws(() => context.E(1));
  context.require = require;
  t.is(context.E(2), 2);
  t.deepEqual(removed, [parts[1]!.module, parts[1]!.module]);
});
