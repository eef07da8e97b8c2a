/** The JSON of Leshan's demo: its REST scripts work here as they are. */
import { RESOURCE_TYPES, type ResourceType } from '../../objects/definition';
import { findMeanings } from '../../objects/meanings';
import type { ObjectDefinition } from '../../objects/registry';
import { hostPort } from '../coap/transport';
import { InvalidRequestError } from '../errors';
import { checkKind } from '../input';
import type { Link } from '../link';
import type { Answer } from '../management';
import type { Model, Node, ObjectInstance, Resource } from '../node';
import { pathText, type Path } from '../path';
import type { Announcement, Registration } from '../registry';
import { isKnown, statusText } from '../status';
import { valueFromJson, valueToJson, type Value } from '../value';

type Json = Record<string, unknown>;

const linkToJson = ({ uri, attributes }: Link): Json => ({ url: uri, attributes });

export function registrationToJson(registration: Registration): Json {
  const { endpoint, id, registeredAt, updatedAt, peer, sms, version, lifetime, binding, rootPath, links, attributes, queueMode, objects } =
    registration;
  return {
    endpoint,
    registrationId: id,
    registrationDate: registeredAt,
    lastUpdate: updatedAt,
    address: hostPort(peer),
    ...(sms === undefined ? {} : { smsNumber: sms }),
    lwM2mVersion: version,
    lifetime,
    bindingMode: binding,
    rootPath,
    objectLinks: links.map(linkToJson),
    secure: false,
    additionalRegistrationAttributes: attributes,
    queuemode: queueMode,
    availableInstances: Object.fromEntries([...objects].map(([object, { instances }]) => [object, instances])),
  };
}

export function updateToJson(registration: Registration, { lifetime, sms, links }: Announcement): Json {
  return {
    registration: registrationToJson(registration),
    update: {
      registrationId: registration.id,
      address: hostPort(registration.peer),
      smsNumber: sms,
      lifetime,
      objectLinks: links?.map(linkToJson),
      secure: false,
      additionalAttributes: {},
    },
  };
}

/** "unsigned" → "UNSIGNED_INTEGER" */
const typeToJson = (type: ResourceType): string => (type === 'unsigned' ? 'UNSIGNED_INTEGER' : type.toUpperCase());

export function nodeToJson(node: Node): Json {
  switch (node.kind) {
    case 'obj':
      return { kind: node.kind, id: node.id, instances: node.instances.map(nodeToJson) };
    case 'instance':
      return { kind: node.kind, id: node.id, resources: node.resources.map(nodeToJson) };
    case 'multiResource':
      return {
        kind: node.kind,
        id: node.id,
        type: typeToJson(node.type),
        values: Object.fromEntries([...node.values].map(([id, value]) => [id, valueToJson(node.type, value)])),
      };
    default:
      return { kind: node.kind, id: node.id, type: typeToJson(node.type), value: valueToJson(node.type, node.value) };
  }
}

export function answerToJson(answer: Answer & { content?: Node; links?: Link[]; location?: string; observed?: boolean }): Json {
  const { code, success, message, content, links, location, observed } = answer;
  return {
    status: statusText(code),
    valid: isKnown(code),
    success,
    failure: !success,
    ...(content ? { content: nodeToJson(content) } : {}),
    ...(links ? { objectLinks: links.map(linkToJson) } : {}),
    ...(location === undefined ? {} : { location }),
    ...(observed === undefined ? {} : { observed }),
    ...(message ? { errormessage: message } : {}),
  };
}

export function definitionToJson(definition: ObjectDefinition): Json {
  const { id, name, multiple, mandatory, urn, version, lwm2m, resources } = definition;
  return {
    id,
    name,
    instancetype: multiple ? 'multiple' : 'single',
    mandatory,
    urn,
    version,
    lwm2mversion: lwm2m,
    description: definition.description ?? '',
    description2: definition.description2 ?? '',
    resourcedefs: resources.map((resource) => ({
      id: resource.id,
      name: resource.name,
      operations: resource.operations || 'NONE',
      instancetype: resource.multiple ? 'multiple' : 'single',
      mandatory: resource.mandatory,
      type: typeToJson(resource.type).toLowerCase(),
      range: resource.range ?? '',
      units: resource.units ?? '',
      description: resource.description ?? '',
      // Ours alone: value → what it means, of an enumeration.
      meanings: findMeanings(resource) ?? {},
    })),
  };
}

const isRecord = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json);

function fail(message: string): never {
  throw new InvalidRequestError(message);
}

/** Parses a body. Throws InvalidRequestError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(`the body is no JSON: ${(error as Error).message}`);
  }
}

/** The node that a body means for a path: what the definitions say of types counts more than what the body says. Throws InvalidRequestError. */
export function nodeFromJson(path: Path, json: unknown, model: Model): Node {
  if (!isRecord(json)) fail('the body must be a JSON object such as {"id":14,"kind":"singleResource","value":"+01","type":"string"}');
  const id = path[path.length - 1];
  if (path.length === 2) return checkKind(path, instanceFromJson(path, json, model));
  if (path.length === 3) return checkKind(path, resourceFromJson(path[0], json, model, id));
  if (!('value' in json)) fail(`the body for ${pathText(path)} lacks "value"`);
  const type = typeOf(path[0], path[2], json, model);
  return checkKind(path, { kind: 'resourceInstance', id: idOf(json, id), type, value: valueFromJson(type, json['value'], '"value"') });
}

function instanceFromJson([object, instance]: Path, json: Json, model: Model): ObjectInstance {
  const { resources } = json;
  if (!Array.isArray(resources)) fail('the body of an instance needs "resources", an array');
  const id = json['id'] === undefined ? instance : idOf(json, instance);
  return {
    kind: 'instance',
    ...(id < 0 ? {} : { id }),
    resources: (resources as unknown[]).map((resource, index) =>
      isRecord(resource) ? resourceFromJson(object, resource, model) : fail(`"resources" has something else than an object at ${index}`),
    ),
  };
}

function resourceFromJson(object: number, json: Json, model: Model, expected?: number): Resource {
  const id = idOf(json, expected);
  const type = typeOf(object, id, json, model);
  if (json['kind'] === 'multiResource' || 'values' in json) {
    const { values } = json;
    if (typeof values !== 'object' || values === null) fail(`"values" of resource ${id} must be an object of values by instance id`);
    const entries = Object.entries(values as Json).map(([key, value]): [number, Value] => [
      idOf({ id: key }),
      valueFromJson(type, value, `"values" of resource ${id} at ${key}`),
    ]);
    return { kind: 'multiResource', id, type, values: new Map(entries) };
  }
  if (!('value' in json)) fail(`resource ${id} lacks "value" (or "values")`);
  return { kind: 'singleResource', id, type, value: valueFromJson(type, json['value'], `"value" of resource ${id}`) };
}

function idOf(json: Json, expected?: number): number {
  const { id = expected } = json;
  const number = typeof id === 'string' && /^\d{1,5}$/.test(id) ? Number(id) : id;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 65535)
    fail(`"id" is ${JSON.stringify(id) ?? 'missing'}, but an id from 0 to 65535 is expected`);
  return number as number;
}

function typeOf(object: number, resource: number, json: Json, model: Model): ResourceType {
  const known = model.resource(object, resource)?.type;
  if (known && known !== 'none') return known;
  const said = typeof json['type'] === 'string' ? json['type'].toLowerCase() : undefined;
  const type = said === 'unsigned_integer' ? 'unsigned' : RESOURCE_TYPES.find((name) => name === said);
  if (!type || type === 'none')
    fail(`resource ${resource} of object ${object} is in no definition, so the body must say its "type": ${RESOURCE_TYPES.slice(1).join(', ')}`);
  return type as ResourceType;
}
