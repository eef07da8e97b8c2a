import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { ArgumentsError, decodeArguments, encodeArguments } from '../../../src/host/server/management/arguments';
import { isNewer } from '../../../src/host/server/coap/observe';
import { attributeText, decodeLinks, encodeLinks, LinkFormatError } from '../../../src/host/server/formats/link';
import { decodeUri, UriError } from '../../../src/host/server/uri';

const vectors = (name: string): any[] => JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')).vectors;

for (const { id, text, links, op } of vectors('linkformat')) {
  test(`link-format ${id}`, (t) => {
    const expected = links.map(({ uri, attrs }: any) => ({ uri, attributes: attrs }));
    t.deepEqual(decodeLinks(text), expected);
    t.deepEqual(decodeLinks(text, true), expected);
    if (op === 'both') t.is(encodeLinks(expected), text);
  });
}

// Leshan's LinkParserValidationTest refuses these too
for (const bad of [
  '</hosts#hash>',
  '</%>',
  '</%a>',
  '</%1g>',
  '</fóó>',
  '</hosts?query>',
  '</foo>;pąrąm',
  '</foo>;param=ą',
  '</foo>;param="bar',
  '</foo>;param="bar\\"',
  '</>;=',
  '</>;param=',
  '</>; param=123',
  '</> ;param=123',
  '</>;param =123',
  '</>;param= 123',
  '</>;param=123 ',
  '<>',
  '</',
  '<//>',
  '//>',
  '</>,',
  '</>;',
  '</>, </>',
  '</> ,</>',
  ' </>,</>',
  '</>,</> ',
  ',</>',
]) {
  test(`link-format refuses ${JSON.stringify(bad)}`, (t) => {
    t.throws(() => decodeLinks(bad), { instanceOf: LinkFormatError });
  });
}

test('link-format: what devices send in spite of the grammar is taken when lenient', (t) => {
  t.deepEqual(decodeLinks(' </1/0>, </3/0> ;ver = 1.0 ,\n</4>;,', true), [
    { uri: '/1/0', attributes: {} },
    { uri: '/3/0', attributes: { ver: '1.0' } },
    { uri: '/4', attributes: {} },
  ]);
  t.deepEqual(decodeLinks('', true), []);
  t.throws(() => decodeLinks('hello', true), { instanceOf: LinkFormatError });
});

test('link-format: quotes and escapes go, and an attribute called __proto__ is one like others', (t) => {
  const [link] = decodeLinks('</a>;title="a \\"b\\" \\\\";__proto__=7;title=second');
  t.is(attributeText(link, 'title'), 'a "b" \\');
  t.is(Object.getPrototypeOf(link.attributes), Object.prototype);
  t.deepEqual(Object.keys(link.attributes), ['title', '__proto__']);
});

test('link-format: no text makes it throw anything else', (t) => {
  const piece = fc.constantFrom('<', '>', '/', '3', ';', ',', '=', '"', '\\', 'a', ' ', '%', 'ü', '1.0');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.boolean(), (pieces, lenient) => {
      try {
        decodeLinks(pieces.join(''), lenient);
      } catch (error) {
        if (!(error instanceof LinkFormatError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

for (const { id, uri, expect } of vectors('uri')) {
  test(`uri ${id}`, (t) => {
    t.deepEqual(decodeUri(uri), expect);
  });
}

for (const bad of [
  '',
  'h',
  'http://h/',
  'coap:/h',
  'coap://',
  'coap://:5683',
  'coap://h:0',
  'coap://h:65536',
  'coap://h:x',
  'coap://h/#f',
  'coap://u@h/',
  'coap://[::1',
  'coap://::1/',
  'coap://[1.2.3.4]/',
  'coap://h/%',
  'coap://h/%zz',
  'coap://h/%ff',
  'coap://h/a b',
  `coap://h/${'a'.repeat(256)}`,
]) {
  test(`uri refuses ${JSON.stringify(bad.slice(0, 30))}`, (t) => {
    t.throws(() => decodeUri(bad), { instanceOf: UriError });
  });
}

test('uri: RFC 7252 6.3 equivalents', (t) => {
  const plain = decodeUri('coap://example.com:5683/~sensors/temp.xml');
  t.deepEqual(decodeUri('coap://EXAMPLE.com/%7Esensors/temp.xml'), plain);
  t.deepEqual(decodeUri('COAP://EXAMPLE.com:/%7esensors/temp.xml'), plain);
  t.deepEqual(decodeUri('coap://h/a/../b/./c/..').path, ['b', '']);
});

for (const { id, text, args } of vectors('execute_args')) {
  test(`execute arguments ${id}`, (t) => {
    t.deepEqual(decodeArguments(text), args);
    t.is(encodeArguments(args), text);
  });
}

for (const bad of ['a', '10', '4,4', '3=', '3=hello', "3='hello", "3'hello'", "3='a b'", "3='a\"'", "3='\\'", "3='ü'", '1,', ',1', "1='2'3", ' 1']) {
  test(`execute arguments refuse ${JSON.stringify(bad)}`, (t) => {
    t.throws(() => decodeArguments(bad), { instanceOf: ArgumentsError });
  });
}

test('execute arguments: an empty text is none, and what cannot be said is refused', (t) => {
  t.deepEqual(decodeArguments(''), {});
  t.throws(() => encodeArguments({ 1: "it's" }), { instanceOf: ArgumentsError });
  t.throws(() => encodeArguments({ 12: null }), { instanceOf: ArgumentsError });
});

for (const { id, op, v1, t1, v2, t2, second_is_newer: newer } of vectors('observe')) {
  if (op !== 'compare') continue;
  test(`RFC 7641 3.4 ${id}`, (t) => {
    t.is(isNewer(v1, t1, v2, t2), newer);
  });
}

for (const [text, links, note] of [
  ['</3/0>;ct=60 110,</1/0>', [['/3/0', { ct: '"60 110"' }], ['/1/0', {}]], 'the value of ct wants quotes'],
  ['</>;rt=oma.lwm2m;ct=60 110 112;hb', [['/', { rt: 'oma.lwm2m', ct: '"60 110 112"', hb: null }]], 'the value of ct wants quotes'],
  ['</3/0>;title=für alle', [['/3/0', { title: '"für alle"' }]], 'the value of title wants quotes'],
  ['</3/0>;ver=;x', [['/3/0', { ver: null, x: null }]], 'the parameter ver has no value behind "="'],
  ['</3/0>;=1.0;ver=1.1', [['/3/0', { ver: '1.1' }]], 'a parameter without a name was left out'],
  ['</3/0>;="a;b";ver=1.1', [['/3/0', { ver: '1.1' }]], 'a parameter without a name was left out'],
  ['<3/0>,<1>', [['/3/0', {}], ['/1', {}]], 'the link <3/0> is read as </3/0>'],
  ['< /3/0 >', [['/3/0', {}]], 'the link < /3/0 > is read as </3/0>'],
  ['</1/0>,</3/0>\0', [['/1/0', {}], ['/3/0', {}]], 'a byte order mark or zero bytes around the links'],
  ['\ufeff</1/0>', [['/1/0', {}]], 'a byte order mark or zero bytes around the links'],
  ['</hosts?query>,</a b>', [['/hosts?query', {}], ['/a b', {}]], undefined],
  ['</1/0>;ver=1.1 ,</3/0>', [['/1/0', { ver: '1.1' }], ['/3/0', {}]], undefined],
] as [string, [string, object][], string | undefined][]) {
  test(`link-format, lenient: ${JSON.stringify(text)} is read, and the note says what is odd`, (t) => {
    const notes: string[] = [];
    t.deepEqual(
      decodeLinks(text, true, notes).map(({ uri, attributes }) => [uri, attributes]),
      links as never,
    );
    t.is(notes[0], note as string);
    t.throws(() => decodeLinks(text), { instanceOf: LinkFormatError });
    // what came of it is link-format
    if (note) t.notThrows(() => decodeLinks(encodeLinks(decodeLinks(text, true))));
  });
}

test('link-format, lenient: what has no one meaning is refused still', (t) => {
  for (const bad of ['hello', '</1/0', '</1/0>;ver="1.1', '</1/0>x', '</1/0>;ver="1.1"x', '1/0', '</1/0> </3/0>']) t.throws(() => decodeLinks(bad, true), { instanceOf: LinkFormatError }, bad);
});

test('link-format: names of parameters have no case (RFC 8288 2.2)', (t) => {
  t.is(attributeText(decodeLinks('</>;RT="oma.lwm2m"')[0], 'rt'), 'oma.lwm2m');
});
