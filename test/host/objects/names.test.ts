import { readFileSync } from 'node:fs';
import test from 'ava';
import type { ObjectDefinition } from '../../../src/host/objects/definition';
import { objectNames, resourceConstants } from '../../../src/host/objects/names';
import { parseObjectXml } from '../../../src/host/objects/xml';
import { fixture } from './command';

test('resource names become identifiers: accents, digits, capitals, reserved and shared names', t => {
  const { definitions } = parseObjectXml(readFileSync(fixture('odd-names.xml')), 'odd-names.xml');
  t.deepEqual([...resourceConstants(definitions[0].resources)], [
    [3, 'LEVEL_12'],
    [4, 'R_4G_SIGNAL'],
    [5, 'ID_5'],
    [6, 'VERSION_6'],
    [7, 'LEVEL'],
    [8, 'R_8'],
    [9, 'PKG_NAME_PH_LWM2M_GRO_E'],
    [12, 'LEVEL_12_12'],
  ]);
});

function named(id: number, name: string): ObjectDefinition {
  return { id, name, version: '1.0', lwm2m: '1.0', urn: '', multiple: false, mandatory: false, resources: [] };
}

const OBJECTS: [number, string, string, string][] = [
  [0, 'LWM2M Security', 'Security', 'security'],
  [1, 'LwM2M Server', 'Server', 'server'],
  [2, 'LwM2M Access Control', 'AccessControl', 'access-control'],
  [6, 'Location', 'Location', 'location'],
  [9, 'LwM2M', 'Object9', 'object9'],
  [19, 'BinaryAppDataContainer', 'BinaryAppDataContainer', 'binary-app-data-container'],
  [3336, 'Location', 'Location3336', 'location-3336'],
  [3342, 'On/Off switch', 'OnOffSwitch', 'on-off-switch'],
  [3442, 'LwM2M v1.1 Test Object', 'TestObject', 'test-object'],
  [32800, 'GPS location', 'GPSLocation', 'gps-location'],
  [32801, 'Index', 'Index32801', 'index-32801'],
  [32802, '3D Prüfstand', 'Object3DPrufstand', 'object3-d-prufstand'],
  [32803, '温度', 'Object32803', 'object32803'],
];

test('object names become namespaces and file names, whatever the order that they come in', t => {
  const expected = OBJECTS.map(([id, , namespace, slug]) => [id, { namespace, slug }]);
  const definitions = OBJECTS.map(([id, name]) => named(id, name));
  t.deepEqual([...objectNames(definitions)], expected);
  t.deepEqual([...objectNames(definitions.toReversed())], expected);
});
