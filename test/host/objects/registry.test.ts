import { readFileSync } from 'node:fs';
import test from 'ava';
import { createRegistry, definition, describePath, loadDefaults, resolvePath, resource } from '../../../src/host/objects/registry';
import { loadShipped } from '../../../src/host/objects/shipped';
import { parseObjectXml } from '../../../src/host/objects/xml';
import { fixture } from './command';

const registry = loadDefaults();

test('a client that announces no version means 1.0, and gets the newest where 1.0 or its own is not known', t => {
  t.is(definition(registry, 3)?.version, '1.0');
  t.is(definition(registry, 3, '1.1')?.version, '1.1');
  t.is(definition(registry, 3, '9.9')?.version, '1.2');
  t.is(definition(registry, 3200)?.version, '1.1');
  t.is(definition(registry, 65000), undefined);
});

test('a resource that the announced version does not have is looked for in the others', t => {
  t.is(resource(registry, 3303, 5700)?.name, 'Sensor Value');
  t.is(resource(registry, 5, 11)?.name, 'Severity');
  t.is(resource(registry, 5, 60000), undefined);
  t.is(resource(registry, 65000, 0), undefined);
});

const PATHS: [string, number[]][] = [
  ['Device/0/Manufacturer', [3, 0, 0]],
  ['/Device/0/MANUFACTURER', [3, 0, 0]],
  ['/3/0/0', [3, 0, 0]],
  ['3/', [3]],
  ['device', [3]],
  ['LWM2M Server/0/Lifetime', [1, 0, 1]],
  ['server/0/lifetime', [1, 0, 1]],
  ['access-control/2', [2, 2]],
  ['Location', [6]],
  ['location3336/0', [3336, 0]],
  ['OnOffSwitch/0/Digital Input State', [3342, 0, 5500]],
  ['on-off switch/0/digital-input-state', [3342, 0, 5500]],
  ['Device/0/Available Power Sources/1', [3, 0, 6, 1]],
  ['Security/0/SMS Binding Secret Key(s)', [0, 0, 8]],
  ['Temperature/0/6050', [3303, 0, 6050]],
  ['65000/0/1', [65000, 0, 1]],
];
for (const [text, path] of PATHS) {
  test(`the path "${text}" is /${path.join('/')}`, t => {
    t.deepEqual(resolvePath(registry, text), { path });
  });
}

const WRONG_PATHS: [string, RegExp][] = [
  ['', /is not a path; write object\/instance\/resource, for example/],
  ['/', /is not a path/],
  ['3/0/0/0/0', /is not a path/],
  ['Divice/0', /there is no object "Divice"; wixt objects --list shows the names/],
  ['70000/0', /there is no object "70000"/],
  ['Device/first', /"first" in "Device\/first" is not an instance; write a number/],
  ['Device/0/Colour', /object 3 \(Device\) has no resource "Colour"/],
  ['65000/0/Colour', /object 65000 has no resource "Colour"/],
  ['Device//0', /"" in "Device\/\/0" is not an instance/],
  ['constructor/0', /there is no object "constructor"/],
];
for (const [text, expected] of WRONG_PATHS) {
  test(`the path "${text}" is refused in a sentence`, t => {
    t.regex(resolvePath(registry, text).error ?? '', expected);
  });
}

test('describing a path and resolving it again gives the same, for every resource that ships', t => {
  t.is(describePath(registry, [3, 0, 0]), 'Device/0/Manufacturer');
  t.is(describePath(registry, [3, 0, 6, 1]), 'Device/0/Available Power Sources/1');
  t.is(describePath(registry, [3342, 0]), 'On-Off switch/0');
  t.is(describePath(registry, [65000, 0, 1]), '65000/0/1');
  for (const { id, version, resources } of loadShipped()) {
    for (const { id: resourceId } of resources) {
      t.deepEqual(resolvePath(registry, describePath(registry, [id, 0, resourceId], version), version), { path: [id, 0, resourceId] });
    }
  }
});

test('users\' own definitions add to the shipped ones and replace them', t => {
  const { definitions } = parseObjectXml(readFileSync(fixture('every-type.xml')), 'every-type.xml');
  const device = { ...definitions[0], id: 3, version: '1.0', name: 'My Device' };
  const own = createRegistry([...loadShipped(), ...definitions, device]);
  t.deepEqual(resolvePath(own, 'EveryType/0/Sensor Value'), { path: [32800, 0, 3] });
  t.is(definition(own, 3)?.name, 'My Device');
});
