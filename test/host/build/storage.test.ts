import test from 'ava';
import { countTokens, storedBytes } from '../../../src/host/build/storage';

test('words, operators, strings and integers are counted as Espruino stores them', (t) => {
  const cases: [string, number][] = [
    ['function f(a){return a in b}', 11],
    // Text: its length in a byte, or two, and a mark.
    ['f("")', 5],
    ['f("abc")', 8],
    [`f("${'x'.repeat(300)}")`, 306],
    // 0, one byte, two bytes, and numbers that stay text; a sign that is no subtraction.
    ['f(0,5,300,70000,-5,1.5)', 3 + 1 + 1 + 2 + 1 + 3 + 1 + 5 + 1 + 2 + 1 + 3],
    ['a-5', 4],
    ['try{a}catch(e){}', 1 + 3 + 5 + 3 + 2],
    ['a===b&&c', 5],
    // Kept apart from each other, and a line of its own at the top.
    ['a\nb', 4],
  ];
  for (const [code, bytes] of cases) t.is(countTokens(code), bytes, code);
});

test('a file in Storage has a head, and is filled up', (t) => {
  t.deepEqual([1, 8, 9].map(storedBytes), [40, 40, 48]);
});
