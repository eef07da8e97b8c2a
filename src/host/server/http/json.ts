/** The JSON of Leshan's demo, so that its REST scripts work here unchanged. */
import { RESOURCE_TYPES, type ResourceType } from '../../objects/definition';
import { findMeanings } from '../../objects/meanings';
import type { ObjectDefinition } from '../../objects/registry';
import type { Announced } from '../registration/announced';
import { hostPort } from '../coap/transport';
import { InvalidRequestError, shorten } from '../errors';
import { checkKind } from '../management/input';
import { MAX_JSON_DEPTH } from '../limits';
import type { Link } from '../formats/link';
import type { Answer } from '../management/management';
import type { Model, Node, ObjectInstance, Resource } from '../node';
import { pathText, type Path } from '../path';
import type { Announcement, LeaveReason, Registration } from '../registration/registry';
import { isKnown, statusText } from '../status';
import { valueFromJson, valueToJson, type Value } from '../formats/value';

type Json = Record<string, unknown>;

const linkToJson = ({ uri, attributes }: Link): Json => ({ url: uri, attributes });

/** The parts of a registration that every Update changes. registrationToJson adds the links and their meaning. */
function briefToJson(registration: Registration): Json {
  const { endpoint, id, registeredAt, updatedAt, peer, sms, version, lifetime, binding, queueMode } = registration;
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
    secure: false,
    queuemode: queueMode,
  };
}

export function registrationToJson(registration: Registration): Json {
  const { rootPath, links, attributes, objects } = registration;
  return { ...briefToJson(registration), additionalRegistrationAttributes: attributes, ...announcedToJson(rootPath, links, objects) };
}

/** registrationToJson as text. The part that clients with the same links share is made once. */
export function registrationText(registration: Registration): string {
  const { announced, attributes } = registration;
  const brief = JSON.stringify({ ...briefToJson(registration), additionalRegistrationAttributes: attributes });
  return `${brief.slice(0, -1)},${announced.json(announcedText)}}`;
}

/** The members of registrationToJson that depend on the links, without braces. */
const announcedText = ({ rootPath, links, objects }: Announced): string => JSON.stringify(announcedToJson(rootPath, links, objects)).slice(1, -1);

const announcedToJson = (rootPath: string, links: Registration['links'], objects: Registration['objects']): Json => ({
  rootPath,
  objectLinks: links.map(linkToJson),
  availableInstances: Object.fromEntries([...objects].map(([object, { instances }]) => [object, instances])),
});

/** The changes of an Update. The links are included only if the client announced some. */
export function updateToJson(registration: Registration, { lifetime, sms, announced }: Announcement): Json {
  return {
    registration: announced ? registrationToJson(registration) : briefToJson(registration),
    update: {
      registrationId: registration.id,
      address: hostPort(registration.peer),
      smsNumber: sms,
      lifetime,
      objectLinks: announced?.links.map(linkToJson),
      secure: false,
      additionalAttributes: {},
    },
  };
}

export function leaveToJson(registration: Registration, reason: LeaveReason): Json {
  return { ...briefToJson(registration), reason };
}

/** "unsigned" → "UNSIGNED_INTEGER". */
const typeToJson = (type: ResourceType): string => (type === 'unsigned' ? 'UNSIGNED_INTEGER' : type.toUpperCase());

/** Not in Leshan: why a value does not match its definition. */
const noteOf = ({ note }: Node): Json => (note === undefined ? {} : { note });

export function nodeToJson(node: Node): Json {
  switch (node.kind) {
    case 'obj':
      return { kind: node.kind, id: node.id, instances: node.instances.map(nodeToJson), ...noteOf(node) };
    case 'instance':
      return { kind: node.kind, id: node.id, resources: node.resources.map(nodeToJson), ...noteOf(node) };
    case 'multiResource':
      return {
        kind: node.kind,
        id: node.id,
        type: typeToJson(node.type),
        values: Object.fromEntries([...node.values].map(([id, value]) => [id, valueToJson(node.type, value)])),
        ...noteOf(node),
      };
    default:
      return { kind: node.kind, id: node.id, type: typeToJson(node.type), value: valueToJson(node.type, node.value), ...noteOf(node) };
  }
}

export function answerToJson(answer: Answer & { content?: Node; links?: Link[]; location?: string; observed?: boolean }): Json {
  const { code, success, message, note, content, links, location, observed } = answer;
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
    ...(note === undefined ? {} : { note }),
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
      // Not in Leshan: value → meaning, for an enumeration.
      meanings: findMeanings(resource) ?? {},
    })),
  };
}

const isRecord = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json);

function fail(message: string): never {
  throw new InvalidRequestError(message);
}

/** Whether brackets outside of strings are nested deeper than `limit`. The text need not be valid JSON. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** Parses a body. Throws InvalidRequestError. */
export function parseJson(text: string): unknown {
  if (isDeeper(text, MAX_JSON_DEPTH)) fail(`the body is nested deeper than ${MAX_JSON_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(`the body is no JSON: ${(error as Error).message}`);
  }
}

/** Converts a body to the node at a path. Types of the definitions override those of the body. Throws InvalidRequestError. */
export function nodeFromJson(path: Path, json: unknown, model: Model): Node {
  if (!isRecord(json)) fail('the body must be a JSON object such as {"id":14,"kind":"singleResource","value":"+01","type":"string"}');
  const id = path[path.length - 1];
  if (path.length === 2) return checkKind(path, instanceFromJson(path, json, model));
  if (path.length === 3) return checkKind(path, resourceFromJson(path[0], json, model, id));
  if (!Object.hasOwn(json, 'value')) fail(`the body for ${pathText(path)} lacks "value"`);
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
  if (json['kind'] === 'multiResource' || Object.hasOwn(json, 'values')) {
    const { values } = json;
    if (typeof values !== 'object' || values === null) fail(`"values" of resource ${id} must be an object of values by instance id`);
    const entries = Object.entries(values as Json).map(([key, value]): [number, Value] => [
      idOf({ id: key }),
      valueFromJson(type, value, `"values" of resource ${id} at ${key}`),
    ]);
    return { kind: 'multiResource', id, type, values: new Map(entries) };
  }
  if (!Object.hasOwn(json, 'value')) fail(`resource ${id} lacks "value" (or "values")`);
  return { kind: 'singleResource', id, type, value: valueFromJson(type, json['value'], `"value" of resource ${id}`) };
}

function idOf(json: Json, expected?: number): number {
  const { id = expected } = json;
  const number = typeof id === 'string' && /^\d{1,5}$/.test(id) ? Number(id) : id;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 65535)
    fail(`"id" is ${shorten(JSON.stringify(id) ?? 'missing')}, but an id from 0 to 65535 is expected`);
  return number as number;
}

function typeOf(object: number, resource: number, json: Json, model: Model): ResourceType {
  const known = model.resource(object, resource)?.type;
  if (known && known !== 'none') return known;
  const said = typeof json['type'] === 'string' ? json['type'].toLowerCase() : undefined;
  const type = said === 'unsigned_integer' ? 'unsigned' : RESOURCE_TYPES.find((name) => name === said);
  if (known === 'none' && !said) fail(`resource ${resource} of object ${object} has no value: it is executed, with POST /${object}/…/${resource}`);
  if (!type || type === 'none')
    fail(`resource ${resource} of object ${object} is in no definition, so the body must say its "type": ${RESOURCE_TYPES.slice(1).join(', ')}`);
  return type as ResourceType;
}
