import { readFileSync } from 'node:fs';
import test from 'ava';
import type { ObjectDefinition } from '../../../src/host/objects/definition';
import { parseObjectXml } from '../../../src/host/objects/xml';
import { fixture } from './command';

function parseFixture(name: string) {
  return parseObjectXml(readFileSync(fixture(name)), name);
}

function parseText(text: string) {
  return parseObjectXml(new TextEncoder().encode(text), 'a.xml');
}

const EVERY_TYPE = readFileSync(fixture('every-type.xml'), 'utf8');

test('an object of the 1.1 schema is read whole, its resources by ascending id', t => {
  const { definitions, problems, warnings } = parseFixture('every-type.xml');
  t.deepEqual(problems, []);
  t.deepEqual(warnings, []);
  const single = { multiple: false, mandatory: false };
  t.deepEqual(definitions, [{
    id: 32800, name: 'LwM2M v2.1 Every Type', version: '2.1', lwm2m: '1.1', urn: 'urn:oma:lwm2m:x:32800:2.1', multiple: true, mandatory: false,
    description: 'Made for wixt\'s tests: <every> type & operation.',
    resources: [
      { id: 0, name: 'Label', type: 'string', operations: 'RW', multiple: false, mandatory: true, range: '0..64 bytes', description: 'A secret description.' },
      { id: 1, name: 'Offset', type: 'integer', operations: 'RW', ...single, units: 'h', range: '-24..24' },
      { id: 2, name: 'Counter', type: 'unsigned', operations: 'R', ...single, range: '0..18446744073709551615' },
      { id: 3, name: 'Sensor Value', type: 'float', operations: 'R', multiple: false, mandatory: true, units: 'Cel', range: '<7 to >12.5 */' },
      { id: 4, name: 'On/Off', type: 'boolean', operations: 'W', ...single },
      { id: 5, name: 'Key(s)', type: 'opaque', operations: '', multiple: true, mandatory: true, range: '16,32,48' },
      { id: 6, name: 'Current Time', type: 'time', operations: 'RW', ...single },
      { id: 7, name: 'Neighbour', type: 'objlnk', operations: 'R', multiple: true, mandatory: false },
      { id: 9, name: 'Links', type: 'corelnk', operations: 'RW', multiple: true, mandatory: false },
      { id: 65534, name: 'Reset', type: 'none', operations: 'E', ...single },
    ],
  }]);
});

test('the 1.0 schema: versions are 1.0 where nothing is said, several objects may share a file, a byte order mark is skipped', t => {
  const { definitions, problems } = parseFixture('odd-names.xml');
  t.deepEqual(problems, []);
  t.deepEqual(definitions.map(({ id, version, lwm2m, resources }) => [id, version, lwm2m, resources.length]), [[32802, '1.0', '1.0', 8], [32801, '1.0', '1.0', 1]]);
});

test('an absent ObjectVersion is taken from the URN', t => {
  t.is(parseText(EVERY_TYPE.replace(/<ObjectVersion>.*<\/ObjectVersion>/, '')).definitions[0].version, '2.1');
});

test('a copyright is kept when the BSD licence stands in the file, and only then', t => {
  const licence = '<!--\nCopyright 2019 Open Mobile Alliance. All rights reserved.\nRedistribution and use in source and binary forms…\n--><LWM2M';
  t.is(parseText(EVERY_TYPE.replace('<LWM2M', licence)).definitions[0].copyright, '2019 Open Mobile Alliance');
  t.is(parseText(EVERY_TYPE.replace('<LWM2M', '<!-- Copyright 2019 Somebody -->\n<LWM2M')).definitions[0].copyright, undefined);
});

test('each fault of a file gets a sentence of its own', t => {
  const { definitions, problems } = parseFixture('faults.xml');
  t.deepEqual(definitions, []);
  t.deepEqual(problems.sort(), [
    'faults.xml: object 65535 (Faulty): <ObjectID> is "65535"; use a number from 0 to 65534',
    'faults.xml: object 65535 (Faulty): <MultipleInstances> is "Many", which LwM2M does not know; use Multiple or Single',
    'faults.xml: object 65535 (Faulty): <Mandatory> is missing; add it',
    'faults.xml: object 65535 (Faulty): resource id 1 stands for "One" and for "Uno"; give one of them another ID',
    'faults.xml: object 65535 (Faulty): resource 2 (Two): <Operations> is "RE", which LwM2M does not know; use R, W, RW, E or empty',
    'faults.xml: object 65535 (Faulty): resource 2 (Two): <Type> is "Double", which LwM2M does not know; ' +
      'use String, Integer, Unsigned Integer, Float, Boolean, Opaque, Time, Objlnk, Corelnk or empty',
    'faults.xml: object 65535 (Faulty): resource 70000 (Three): its ID is "70000"; use a number from 0 to 65534',
    'faults.xml: object 65535 (Faulty): resource ?: <Item> has no ID; write <Item ID="…">',
    'faults.xml: object 65535 (Faulty): resource ?: <Name> is empty; give it a name',
    'faults.xml: object 65535 (Faulty): resource ?: has <Operations> 2 times; leave one',
    'faults.xml: object 65535 (Faulty): resource ?: <MultipleInstances> is missing; add it',
  ].sort());
});

for (const tag of ['Name', 'ObjectID', 'ObjectURN', 'MultipleInstances', 'Mandatory', 'Resources', 'Operations', 'Type']) {
  test(`a missing <${tag}> is named`, t => {
    const { problems } = parseText(EVERY_TYPE.replace(new RegExp(`<${tag}>[^]*?</${tag}>`), ''));
    t.true(problems.some(problem => problem.endsWith(`<${tag}> is missing; add it`)), problems.join('\n'));
  });
}

const REPLACEMENTS: [string, string, string | RegExp, string, RegExp][] = [
  ['a version that is none', 'ObjectVersion', '<ObjectVersion>2.1', '<ObjectVersion>two', /<ObjectVersion> is "two"; write it as two numbers, for example 1\.0$/],
  ['a negative id', 'Item', 'ID="9"', 'ID="-9"', /its ID is "-9"; use a number from 0 to 65534$/],
  ['an id in hexadecimal', 'Item', 'ID="9"', 'ID="0x9"', /its ID is "0x9"; use a number/],
  ['no resource', 'Resources', /<Item[^]*<\/Item>/, '', /<Resources> is empty; add an <Item> for each resource$/],
  ['no object', 'LWM2M', /<Object [^]*<\/Object>/, '', /^a\.xml: <LWM2M> holds no <Object>; add one$/],
];
for (const [what, tag, from, to, expected] of REPLACEMENTS) {
  test(`${what} in <${tag}> is named`, t => {
    const { problems } = parseText(EVERY_TYPE.replace(from, to));
    t.is(problems.length, 1);
    t.regex(problems[0], expected);
  });
}

const CLEAR: [string, string | RegExp, string, RegExp, Partial<ObjectDefinition>][] = [
  ['a URN of another object', ':x:32800:', ':x:32900:', /<ObjectURN> is ".*:32900:2\.1", which does not end in the object's id; <ObjectID> counts: 32800$/, { id: 32800, version: '2.1' }],
  ['a URN of another version', ':32800:2.1', ':32800:2.0', /<ObjectURN> says version 2\.0 and <ObjectVersion> says 2\.1; <ObjectVersion> counts$/, { version: '2.1' }],
  ['a URN that is none', /urn:oma[^<]*/, 'TBD by OMA', /<ObjectURN> is "TBD by OMA"/, { id: 32800 }],
  ['a version of one number', '<ObjectVersion>2.1', '<ObjectVersion>2', /<ObjectVersion> is "2"; it is taken as 2\.0$/, { version: '2.0' }],
  ['a version of three numbers', '<ObjectVersion>2.1', '<ObjectVersion>v2.1.4', /<ObjectVersion> is "v2\.1\.4"; it is taken as 2\.1$/, { version: '2.1' }],
  ['other case', '<MultipleInstances>Multiple', '<MultipleInstances>multiple', /<MultipleInstances> is "multiple"; it is taken as Multiple$/, { multiple: true }],
];
for (const [what, from, to, expected, wanted] of CLEAR) {
  test(`${what} is clear: taken, with a warning`, t => {
    const { definitions, problems, warnings } = parseText(EVERY_TYPE.replace(from, to));
    t.deepEqual(problems, []);
    t.like(definitions[0], wanted);
    t.true(warnings.some(warning => expected.test(warning)), warnings.join('\n'));
  });
}

test('types and operations in other spellings are clear: taken, with a warning each', t => {
  const text = EVERY_TYPE.replace('<Type>Objlnk', '<Type>ObjLnk').replace('<Type>Corelnk', '<Type>corelnk').replace('<Type>Unsigned Integer', '<Type>unsigned_integer')
    .replace('<Type>Boolean', '<Type>bool').replace('<Operations>RW', '<Operations>R/W').replace('<Type></Type>', '<Type>None</Type>');
  const { definitions, problems, warnings } = parseText(text);
  t.deepEqual(problems, []);
  t.deepEqual(definitions[0], { ...parseText(EVERY_TYPE).definitions[0] });
  t.is(warnings.length, 6);
  for (const warning of warnings) t.regex(warning, /^a\.xml: object 32800 \(.*\): resource \d+ \(.*\): <(Type|Operations)> is ".*"; it is taken as .*$/);
});

test('a file says its encoding, by a mark or in its first line (XML 1.0, 4.3.3)', t => {
  const name = (bytes: Uint8Array) => {
    const { definitions, problems } = parseObjectXml(bytes, 'a.xml');
    t.deepEqual(problems, []);
    return definitions[0].name;
  };
  const text = EVERY_TYPE.replace(/<\?xml[^>]*\?>/, '').trim().replace('Every Type', 'Prüfstand');
  t.is(name(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])), 'LwM2M v2.1 Prüfstand');
  t.is(name(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()])), 'LwM2M v2.1 Prüfstand');
  t.is(name(Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1')), 'LwM2M v2.1 Prüfstand');
  t.is(name(Buffer.from(`\n\n <?xml version="1.0" encoding='UTF-8'?>${text}`)), 'LwM2M v2.1 Prüfstand');
  t.regex(parseObjectXml(Buffer.from(`<?xml version="1.0" encoding="klingon"?>${text}`), 'a.xml').problems.join(), /^a\.xml: its encoding is "klingon", which is unknown; save it as UTF-8$/);
});

test('elements may have a namespace', t => {
  const text = EVERY_TYPE.replace(/<(\/?)(?=[A-Z])/g, '<$1o:').replace('<o:LWM2M', '<o:LWM2M xmlns:o="urn:x"');
  t.deepEqual(parseText(text).definitions, parseText(EVERY_TYPE).definitions);
});

test('prose keeps its lines, and an enumeration in lines becomes one line', t => {
  const { definitions } = parseText(EVERY_TYPE.replace('A secret description.', '\n   First   line.\n\n\t<![CDATA[0 < 1]]>\n').replace('-24..24', '\n 0: off\n\t1: on\n'));
  const [label, offset] = definitions[0].resources;
  t.is(label.description, 'First line.\n0 < 1');
  t.is(offset.range, '0: off; 1: on');
});

test('a value without a type is taken as Opaque, and an executable with one is taken without; both are told', t => {
  const text = EVERY_TYPE.replace('<Type></Type>', '<Type>Integer</Type>').replace('<Type>String</Type>', '<Type></Type>');
  const { definitions, problems, warnings } = parseText(text);
  t.deepEqual(problems, []);
  t.deepEqual(definitions[0].resources.filter(({ id }) => id === 0 || id === 65534).map(({ type }) => type), ['opaque', 'none']);
  t.deepEqual(warnings.sort(), [
    'a.xml: object 32800 (LwM2M v2.1 Every Type): resource 0 (Label): has a value but no <Type>; it is taken as Opaque',
    'a.xml: object 32800 (LwM2M v2.1 Every Type): resource 65534 (Reset): is executable, so its <Type> Integer is not used',
  ]);
});

test('what is not XML, not UTF-8 or not an object definition is one sentence', t => {
  const sentence = (bytes: Uint8Array) => parseObjectXml(bytes, 'a.xml').problems;
  const text = (s: string) => sentence(new TextEncoder().encode(s));
  t.regex(parseFixture('cut.xml').problems.join('\n'), /^cut\.xml: line 4 is not well-formed XML: .*Name.*; mend it there$/);
  t.deepEqual(parseFixture('other-root.xml').problems, ['other-root.xml: begins with <project>, but an object definition is <LWM2M><Object>…; give a file of that form']);
  t.deepEqual(sentence(new Uint8Array([0x3c, 0xff, 0xfe])), ['a.xml: is not UTF-8 text; save it in that encoding']);
  t.is(text('').length, 1);
  t.is(text('no XML at all').length, 1);
  t.is(text('{"LWM2M": {}}').length, 1);
  t.is(text('<LWM2M/>').length, 1);
  t.is(text('<LWM2M><Object/></LWM2M>').length > 0, true);
  t.is(text('<LWM2M><Object>text<Resources>text</Resources></Object></LWM2M>').length > 0, true);
  t.is(text(`<LWM2M>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</LWM2M>`).length, 1);
});

test('no cut of a file makes the parser throw, or pass', t => {
  const bytes = new TextEncoder().encode(EVERY_TYPE);
  for (let end = 0; end < bytes.length - 2; end += 7) t.true(parseObjectXml(bytes.subarray(0, end), 'a.xml').problems.length > 0, `cut at ${end}`);
});
