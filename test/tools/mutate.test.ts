/** tools/mutate: where a source can be changed, and what the changed source does. */
import test from 'ava';
import ts from 'typescript';
import { decided, instrument } from '../../tools/mutate/sites';

const SWITCHES = { FEATURE_ON: true, FEATURE_OFF: false };
const valueOf = (text: string): boolean | undefined => decided((ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022, true).statements[0] as ts.ExpressionStatement).expression, SWITCHES);

const changesOf = (text: string): string[] => instrument(text, 'a.ts', 0, SWITCHES).sites.map(({ what }) => what);

/** What `expression` of the instrumented source is worth with change `id` made; -1: none. */
function run(text: string, expression: string, id: number): unknown {
  const { code } = instrument(text, 'a.ts', 0, SWITCHES);
  const plain = ts.transpileModule(code.replace(/\bexport /g, ''), { compilerOptions: { target: ts.ScriptTarget.ES2022 } }).outputText;
  const setters = new Map<number, (on: boolean) => void>();
  const body = `${plain}; const set = setters.get(id); if (set) set(true); return ${expression};`;
  return new Function('__mutant', '__lap', '__constant', 'setters', 'id', 'FEATURE_ON', 'FEATURE_OFF', body)(
    (one: number) => one === id, () => {}, (one: number, set: (on: boolean) => void) => setters.set(one, set), setters, id, true, false,
  );
}

test('an expression of switches alone is decided; with anything else in it only where that does not matter', (t) => {
  for (const [text, value] of [
    ['FEATURE_ON', true], ['FEATURE_OFF', false], ['!FEATURE_ON', false], ['!FEATURE_OFF', true], ['(FEATURE_ON)', true],
    ['FEATURE_ON && FEATURE_ON', true], ['FEATURE_ON && FEATURE_OFF', false], ['FEATURE_OFF || FEATURE_OFF', false], ['FEATURE_OFF || FEATURE_ON', true],
    ['FEATURE_OFF && n', false], ['n && FEATURE_OFF', false], ['FEATURE_ON || n', true], ['n || FEATURE_ON', true], ['!(FEATURE_ON || n)', false],
    ['n ? FEATURE_ON : FEATURE_ON', true], ['FEATURE_ON ? FEATURE_OFF : n', false], ['n ? FEATURE_ON : FEATURE_OFF', undefined], ['FEATURE_OFF ? FEATURE_ON : n', undefined],
    ['FEATURE_ON && n', undefined], ['FEATURE_OFF || n', undefined], ['n', undefined], ['!n', undefined], ['n && m', undefined], ['FEATURE_ON === n', undefined], ['1', undefined],
  ] as const) t.is(valueOf(text), value, text);
});

test('what a switch has decided, and what one has turned off, is no place for a change', (t) => {
  t.deepEqual(changesOf('function f(n) { if (FEATURE_OFF && n < 4) return 1; }'), []);
  t.deepEqual(changesOf('function f(n) { if (FEATURE_ON) return n < 4; return n - 1; }').sort(), ['n < 4 → n < 5', 'n < 4 → n <= 4', 'n < 4 → n >= 4']);
  t.deepEqual(changesOf('function f(n) { return FEATURE_OFF ? n + 1 : n; }'), []);
  t.deepEqual(changesOf('const REMEMBERS = FEATURE_OFF || FEATURE_ON; function f(n) { return !REMEMBERS && n < 4; }'), []);
  t.deepEqual(changesOf('function f(n) { const some = n ? FEATURE_ON : FEATURE_ON; return some || n < 4; }'), []);
  t.not(changesOf('function f(n) { const some = FEATURE_ON; return some || n < 4; } function g(some) { return some || 4; }').length, 0);
  t.true(changesOf('function f(n) { if (FEATURE_ON && n) g(); }').includes('if (FEATURE_ON && n) → if (false)'));
});

test('each change is the source with one place of it changed, and without any the source is as it was', (t) => {
  const text = 'export const LIMIT = 4; function f(n) { let x = 0; if (n > LIMIT || n === 1) x += n; return x; }';
  const { sites } = instrument(text, 'a.ts', 0, SWITCHES);
  t.is(run(text, '[f(1), f(2), f(4), f(5)].join()', -1), '1,0,0,5');
  const outcomes = Object.fromEntries(sites.map(({ id, what }) => [what, run(text, '[f(1), f(2), f(4), f(5)].join()', id)]));
  t.is(outcomes['n > LIMIT → n >= LIMIT'], '1,0,4,5');
  t.is(outcomes['n > LIMIT || n === 1 → n > LIMIT'], '0,0,0,5');
  t.is(outcomes['n > LIMIT || n === 1 → n === 1'], '1,0,0,0');
  t.is(outcomes['LIMIT = 4 → (4) + 1'], '1,0,0,0');
  t.is(outcomes['x += n → x -= n'], '-1,0,0,-5');
  t.is(outcomes['x += n; → nothing'], '0,0,0,0');
  t.is(outcomes['if (n > LIMIT || n === 1) → if (true)'], '1,2,4,5');
  for (const [what, outcome] of Object.entries(outcomes)) t.not(outcome, '1,0,0,5', `${what} changes nothing`);
});

test('another response code is a number: a source needs no import for it', (t) => {
  const text = 'const CODE_FORBIDDEN = 131; const CODE_BAD_REQUEST = 128; const wire = { CODE_CREATED: 65 }; function f(n) { return n === 1 ? CODE_FORBIDDEN : n ? CODE_BAD_REQUEST : wire.CODE_CREATED; }';
  const { sites } = instrument(text, 'a.ts', 0, SWITCHES);
  const outcomes = sites.filter(({ what }) => / \/\* CODE_/.test(what)).map(({ id }) => run(text, '[f(1), f(2), f(0)].join()', id));
  t.deepEqual(outcomes, ['128,128,65', '131,132,65', '131,128,128']);
});

test('a loop counts its rounds, and ids go on where the last file ended', (t) => {
  const { code, sites } = instrument('function f(n) { while (n) n--; }', 'a.ts', 70, SWITCHES);
  t.true(code.includes('__lap()'));
  t.deepEqual(sites.map(({ id, line }) => [id, line]), sites.map((_, k) => [70 + k, 1]));
});
