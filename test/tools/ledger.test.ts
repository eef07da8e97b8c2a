import test from 'ava';
import { checkBudget, checkFigures, checkMemory, findStale, readLedger, updateMemory } from '../../src/host/build/ledger';
import { asText } from '../../src/host/build/tables';

test('a table in columns has no marks of Markdown', (t) => {
  t.is(asText([['what', '`a`'], ['x', '1,000']]), '  what      a\n  x     1,000');
});

test('memory budgets: made 2 % above, kept, made anew when that is asked for, broken, missing', (t) => {
  const measured = { registered: 100, after1000: 200, peak: 1000 };
  const row = updateMemory(undefined, measured);
  t.deepEqual(row, { budget: { registered: 102, after1000: 204, peak: 1020 }, ...measured });
  const less = { registered: 50, after1000: 50 };
  t.deepEqual(updateMemory(row, less), { budget: row.budget, ...less });
  t.deepEqual(updateMemory(row, less, true).budget, { registered: 51, after1000: 51 });
  t.is(checkMemory('x', 'JsVars', row.budget, { registered: 102, after1000: 204 }), undefined);
  t.is(checkMemory('x', 'JsVars', row.budget, { registered: 103, after1000: 1 }), 'x: 103 JsVars registered, 1 above the budget of 102');
  t.regex(checkMemory('x', 'JsVars', undefined, less)!, /npm run measure/);
});

test('no published figure is out of date, and no budget is so far off that it would never fail', (t) => {
  const row = { budget: 104, minified: 100, gzip: 50, jsvars: { budget: { registered: 104, after1000: 105 }, registered: 100, after1000: 100 }, measuredOn: { plan: 101 } };
  t.deepEqual(findStale('x', row), []);
  t.deepEqual(findStale('x', { ...row, minified: 104, measuredOn: { plan: 100 } }), ['x: plan was measured on 100 bytes, and the bundle has 104: npm run measure']);
  t.deepEqual(findStale('x', { ...row, budget: 106 }), ['x: the budget of 106 for bytes is more than 5 % above 100']);
  t.deepEqual(findStale('x', { ...row, jsvars: { budget: { registered: 106, after1000: 1, peak: 7 }, registered: 100, after1000: 100 } }), [
    'x: the budget of 106 for registered is more than 5 % above 100',
    'x: there is a budget for peak, and nothing was measured',
  ]);
  t.is(checkFigures('x', { loaded: 100 }, { loaded: 102 }), undefined);
  t.is(checkFigures('x', { loaded: 100 }, { loaded: 103 }), 'x: size.json says 100 loaded, and it is 103: npm run measure');
  t.is(checkFigures('x', { loaded: 100 }, { loaded: 97 }), 'x: size.json says 100 loaded, and it is 97: npm run measure');
  t.is(checkBudget('x', row, 102, 51), undefined);
  t.regex(checkBudget('x', row, 105, 50)!, /1 above its budget of 104/);
  t.regex(checkBudget('x', row, 90, 50)!, /size.json says 100 bytes, and there are 90/);
  t.regex(checkBudget('x', row, 100, 60)!, /size.json says 50 bytes by gzip, and there are 60/);
  t.deepEqual(Object.entries(readLedger()).flatMap(([name, one]) => findStale(name, one)), []);
});
