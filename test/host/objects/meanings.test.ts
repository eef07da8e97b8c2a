/** What the values of an enumeration mean, as the registry's prose says it. */
import test from 'ava';
import { findMeanings } from '../../../src/host/objects/meanings';
import { loadShipped } from '../../../src/host/objects/shipped';
import type { ResourceDefinition } from '../../../src/host/objects/definition';

const resource = (more: Partial<ResourceDefinition>): ResourceDefinition =>
  ({ id: 1, name: 'Mode', type: 'integer', operations: 'R', multiple: false, mandatory: false, ...more });

const READABLE: [Partial<ResourceDefinition>, Record<string, string>][] = [
  [{ range: '0: RELEASED; 1: PRESSED; 2: FAULT' }, { 0: 'RELEASED', 1: 'PRESSED', 2: 'FAULT' }],
  [{ range: '0..1', description: 'The mode: 0 = Non-Confirmable, 1 = Confirmable.' }, { 0: 'Non-Confirmable', 1: 'Confirmable' }],
  [{ description: 'One of:\n0. Disabled\n1. Alarm only (default)\n255 - Stuck' }, { 0: 'Disabled', 1: 'Alarm only (default)', 255: 'Stuck' }],
  [{ type: 'unsigned', description: '1=first\n2=second;' }, { 1: 'first', 2: 'second' }],
];
for (const [more, meanings] of READABLE) test(`${JSON.stringify(more)} is read`, (t) => t.deepEqual(findMeanings(resource(more)), meanings));

const OTHERS: Partial<ResourceDefinition>[] = [
  { range: '0..100', description: 'A percentage from 0 to 100.' },
  { description: 'If the value is set to 0, the lifetime is infinite.' },
  { description: 'The range is 0..1282; see TS 36.321, 1: the first.' },
  { description: '1: one\n1: another' },
  { description: 'Bits: 1=Data 0=No data' },
  { type: 'string', range: '0: off; 1: on' },
];
for (const more of OTHERS) test(`${JSON.stringify(more)} is no enumeration`, (t) => t.is(findMeanings(resource(more)), undefined));

test('Update Result, Error Code and Network Bearer of the registry are read (LwM2M TS 1.0.2, appendix E)', (t) => {
  const meanings = (object: number, id: number) => findMeanings(loadShipped().find((one) => one.id === object)!.resources.find((one) => one.id === id)!)!;
  t.is(meanings(5, 5)[2], 'Not enough flash memory for the new firmware package');
  t.is(meanings(3, 11)[1], 'Low battery power');
  t.regex(meanings(4, 0)[21]!, /^WLAN/);
});
