/** The objects that Leshan does not know, as OMA XML: those of ours that its jar lacks, and an object for tests with every type. */
import { writeFileSync } from 'node:fs';
import type { ObjectDefinition, ResourceDefinition } from '../../src/host/objects/definition';
import { loadDefaults } from '../../src/host/objects/registry';

function resource(id: number, name: string, type: ResourceDefinition['type'], operations: ResourceDefinition['operations'], multiple = false): ResourceDefinition {
  return { id, name, type, operations, multiple, mandatory: false };
}

/** Object 30001: a resource of every type of LwM2M 1.0, readable and writable, single (0 to 6) and multiple (10 to 16). */
export const probe: ObjectDefinition = {
  id: 30001,
  name: 'Probe',
  version: '1.0',
  lwm2m: '1.0',
  urn: 'urn:oma:lwm2m:x:30001',
  multiple: true,
  mandatory: false,
  resources: [
    ...(['string', 'integer', 'float', 'boolean', 'opaque', 'time', 'objlnk'] as const).flatMap((type, i) => [resource(i, type, type, 'RW'), resource(i + 10, `${type}s`, type, 'RW', true)]),
    resource(20, 'execute', 'none', 'E'),
    resource(21, 'write only', 'string', 'W'),
    resource(22, 'read only', 'string', 'R'),
    resource(23, 'absent', 'string', 'RW'),
    resource(24, 'size', 'integer', 'RW'),
    resource(25, 'large', 'opaque', 'R'),
  ].sort((a, b) => a.id - b.id),
};

function toXml({ id, name, version, urn, multiple, mandatory, resources }: ObjectDefinition): string {
  const items = resources.map(
    (r) =>
      `<Item ID="${r.id}"><Name>${r.name}</Name><Operations>${r.operations}</Operations><MultipleInstances>${r.multiple ? 'Multiple' : 'Single'}</MultipleInstances>` +
      `<Mandatory>${r.mandatory ? 'Mandatory' : 'Optional'}</Mandatory><Type>${r.type === 'none' ? '' : r.type.charAt(0).toUpperCase() + r.type.slice(1)}</Type>` +
      `<RangeEnumeration></RangeEnumeration><Units></Units><Description></Description></Item>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?><LWM2M><Object ObjectType="MODefinition"><Name>${name}</Name><Description1></Description1><ObjectID>${id}</ObjectID>` +
    `<ObjectURN>${urn}</ObjectURN><LWM2MVersion>1.0</LWM2MVersion><ObjectVersion>${version}</ObjectVersion>` +
    `<MultipleInstances>${multiple ? 'Multiple' : 'Single'}</MultipleInstances><Mandatory>${mandatory ? 'Mandatory' : 'Optional'}</Mandatory>` +
    `<Resources>${items.join('')}</Resources><Description2></Description2></Object></LWM2M>`
  );
}

export function writeModels(folder: string): void {
  const known = loadDefaults().versions;
  for (const id of [16, 3303]) for (const definition of known.get(id) ?? []) writeFileSync(`${folder}/${id}-${definition.version}.xml`, toXml(definition));
  writeFileSync(`${folder}/${probe.id}.xml`, toXml(probe));
}
