/** Reads OMA LwM2M object definitions: LWM2M.xsd (1.0.1) and LWM2M-v1_1.xsd, which adds two data types. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isVersion, MAX_ID, OPERATIONS, type ObjectDefinition, type ResourceDefinition, type ResourceType } from './definition';

const TYPES: Record<string, ResourceType> = {
  '': 'none',
  String: 'string',
  Integer: 'integer',
  'Unsigned Integer': 'unsigned',
  Float: 'float',
  Boolean: 'boolean',
  Opaque: 'opaque',
  Time: 'time',
  Objlnk: 'objlnk',
  Corelnk: 'corelnk',
};

/** What came of one file: `problems` forbid its use, `warnings` say what was assumed. Both are sentences. */
export interface ParsedFile {
  definitions: ObjectDefinition[];
  problems: string[];
  warnings: string[];
}

type Element = Record<string, unknown>;

/** Where sentences go while one element is read; `where` is `file: object 3 (Device): resource 5 (…)`. */
interface Scope {
  where: string;
  parsed: ParsedFile;
}

function asElement(value: unknown): Element | undefined {
  return typeof value === 'object' && value !== null ? value as Element : undefined;
}

/** The element's text, undefined when it is absent; white space is folded, since names and ranges come with line breaks. */
function takeText(element: Element, tag: string): string | undefined {
  const value = element[tag];
  const text = typeof value === 'string' ? value : asElement(value)?.['#text'] ?? (value === undefined ? undefined : '');
  return text === undefined ? undefined : String(text).replace(/\s+/g, ' ').trim();
}

/** A text that must be there. Problems are noted, and undefined returned. */
function needText(scope: Scope, element: Element, tag: string): string | undefined {
  const { problems } = scope.parsed;
  if (Array.isArray(element[tag])) {
    problems.push(`${scope.where}: has <${tag}> ${element[tag].length} times; leave one`);
    return undefined;
  }
  const text = takeText(element, tag);
  if (text === undefined) problems.push(`${scope.where}: <${tag}> is missing; add it`);
  return text;
}

/** A text that must be there and not empty. */
function needName(scope: Scope, element: Element): string | undefined {
  const name = needText(scope, element, 'Name');
  if (name === '') scope.parsed.problems.push(`${scope.where}: <Name> is empty; give it a name`);
  return name === '' ? undefined : name;
}

function needOneOf<T extends string>(scope: Scope, element: Element, tag: string, allowed: readonly T[]): T | undefined {
  const text = needText(scope, element, tag);
  if (text === undefined) return undefined;
  const found = allowed.find(value => value === text);
  if (found === undefined) {
    const list = allowed.map(value => value === '' ? 'empty' : value);
    scope.parsed.problems.push(`${scope.where}: <${tag}> is "${text}", which LwM2M does not know; use ${list.slice(0, -1).join(', ')} or ${list.at(-1)}`);
  }
  return found;
}

/** An id of an object or resource: a decimal number from 0 to 65534. */
function needId(scope: Scope, text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_ID) return Number(text);
  scope.parsed.problems.push(`${scope.where}: ${what} is "${text}"; use a number from 0 to ${MAX_ID}`);
  return undefined;
}

const MULTIPLICITIES = ['Multiple', 'Single'] as const;
const OBLIGATIONS = ['Mandatory', 'Optional'] as const;

function parseResource(object: Scope, item: Element): ResourceDefinition | undefined {
  const idText = item['@_ID'] === undefined ? undefined : String(item['@_ID']).trim();
  const named = takeText(item, 'Name');
  const scope = { ...object, where: `${object.where}: resource ${idText ?? '?'}${named ? ` (${named})` : ''}` };
  const { problems, warnings } = scope.parsed;
  if (idText === undefined) problems.push(`${scope.where}: <Item> has no ID; write <Item ID="…">`);
  const id = needId(scope, idText, 'its ID');
  const name = needName(scope, item);
  const operations = needOneOf(scope, item, 'Operations', OPERATIONS);
  const multiplicity = needOneOf(scope, item, 'MultipleInstances', MULTIPLICITIES);
  const obligation = needOneOf(scope, item, 'Mandatory', OBLIGATIONS);
  const typeName = needOneOf(scope, item, 'Type', [...Object.keys(TYPES).slice(1), '']);
  if (id === undefined || name === undefined || operations === undefined || multiplicity === undefined ||
    obligation === undefined || typeName === undefined) return undefined;
  let type = TYPES[typeName];
  // The schema allows both, and the registry has one of the first kind (10482).
  if (type === 'none' && operations !== 'E') {
    warnings.push(`${scope.where}: has a value but no <Type>; it is taken as Opaque`);
    type = 'opaque';
  } else if (type !== 'none' && operations === 'E') {
    warnings.push(`${scope.where}: is executable, so its <Type> ${typeName} is not used`);
    type = 'none';
  }
  const units = takeText(item, 'Units');
  const range = takeText(item, 'RangeEnumeration');
  return {
    id, name, type, operations,
    multiple: multiplicity === 'Multiple',
    mandatory: obligation === 'Mandatory',
    ...(units ? { units } : {}),
    ...(range ? { range } : {}),
  };
}

function parseResources(scope: Scope, object: Element): ResourceDefinition[] {
  const { problems } = scope.parsed;
  if (object.Resources === undefined) problems.push(`${scope.where}: <Resources> is missing; add it`);
  else if (asElement(object.Resources)?.Item === undefined) problems.push(`${scope.where}: <Resources> is empty; add an <Item> for each resource`);
  const items = (asElement(object.Resources)?.Item ?? []) as unknown[];
  const byId = new Map<number, ResourceDefinition>();
  for (const item of items) {
    const resource = parseResource(scope, asElement(item) ?? {});
    if (resource === undefined) continue;
    const earlier = byId.get(resource.id);
    if (earlier === undefined) byId.set(resource.id, resource);
    else problems.push(`${scope.where}: resource id ${resource.id} stands for "${earlier.name}" and for "${resource.name}"; give one of them another ID`);
  }
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** The object's version and the lowest LwM2M version: 1.0 each where nothing is said (LwM2M TS 1.0.2 §6.2). */
function parseVersions(scope: Scope, object: Element, id: number, urn: string): { version: string, lwm2m: string; } {
  const { problems } = scope.parsed;
  const urnParts = /^urn:[^\s]+:(\d+)(?::(\d+\.\d+))?$/.exec(urn);
  if (urnParts === null || Number(urnParts[1]) !== id) {
    problems.push(`${scope.where}: <ObjectURN> is "${urn}", which does not end in the object's id; write for example urn:oma:lwm2m:x:${id}`);
  }
  const version = takeText(object, 'ObjectVersion') || urnParts?.[2] || '1.0';
  const lwm2m = takeText(object, 'LWM2MVersion') || '1.0';
  for (const [tag, text] of [['ObjectVersion', version], ['LWM2MVersion', lwm2m]]) {
    if (!isVersion(text)) problems.push(`${scope.where}: <${tag}> is "${text}"; write it as two numbers, for example 1.0`);
  }
  if (urnParts?.[2] !== undefined && urnParts[2] !== version && isVersion(version)) {
    problems.push(`${scope.where}: <ObjectURN> says version ${urnParts[2]} and <ObjectVersion> says ${version}; make them agree`);
  }
  return { version, lwm2m };
}

function parseObject(file: Scope, object: Element, copyright: string | undefined): ObjectDefinition | undefined {
  const idText = takeText(object, 'ObjectID');
  const named = takeText(object, 'Name');
  const scope = { ...file, where: `${file.where}: object ${idText ?? '?'}${named ? ` (${named})` : ''}` };
  const id = needId(scope, needText(scope, object, 'ObjectID'), '<ObjectID>');
  const name = needName(scope, object);
  const urn = needText(scope, object, 'ObjectURN');
  const multiplicity = needOneOf(scope, object, 'MultipleInstances', MULTIPLICITIES);
  const obligation = needOneOf(scope, object, 'Mandatory', OBLIGATIONS);
  const resources = parseResources(scope, object);
  if (id === undefined || name === undefined || urn === undefined || multiplicity === undefined || obligation === undefined) return undefined;
  return {
    id, name, ...parseVersions(scope, object, id, urn), urn,
    multiple: multiplicity === 'Multiple',
    mandatory: obligation === 'Mandatory',
    ...(copyright ? { copyright } : {}),
    resources,
  };
}

/** `2019 Open Mobile Alliance` when the file carries the BSD licence's text, as the registry's do. */
function findCopyright(text: string): string | undefined {
  if (!/Redistribution and use in source and binary forms/.test(text)) return undefined;
  return /Copyright\s+(?:\(c\)\s*)?(\d{4}[^\r\n]*?)[\s.]*(?:All rights reserved[\s.]*)?$/mi.exec(text)?.[1];
}

/** Parses one file's bytes. Never throws for bad input; `file` is only used in the sentences. */
export function parseObjectXml(bytes: Uint8Array, file: string): ParsedFile {
  const parsed: ParsedFile = { definitions: [], problems: [], warnings: [] };
  let root: Element;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    parsed.problems.push(`${file}: is not UTF-8 text; save it in that encoding`);
    return parsed;
  }
  try {
    const valid = XMLValidator.validate(text);
    if (valid !== true) {
      parsed.problems.push(`${file}: line ${valid.err.line} is not well-formed XML: ${valid.err.msg.replace(/\.$/, '')}; mend it there`);
      return parsed;
    }
    root = new XMLParser({
      ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false, htmlEntities: true,
      isArray: tag => tag === 'Object' || tag === 'Item',
    }).parse(text);
  } catch (error) {
    parsed.problems.push(`${file}: cannot be read as XML: ${error instanceof Error ? error.message.replace(/\.$/, '') : error}; mend it there`);
    return parsed;
  }
  const tag = Object.keys(root).find(key => !key.startsWith('?'));
  const objects = asElement(root.LWM2M)?.Object;
  if (tag !== 'LWM2M') {
    const found = tag === undefined ? 'has no element' : `begins with <${tag}>`;
    parsed.problems.push(`${file}: ${found}, but an object definition is <LWM2M><Object>…; give a file of that form`);
  } else if (!Array.isArray(objects)) {
    parsed.problems.push(`${file}: <LWM2M> holds no <Object>; add one`);
  } else {
    for (const object of objects) {
      const definition = parseObject({ where: file, parsed }, asElement(object) ?? {}, findCopyright(text));
      if (definition !== undefined) parsed.definitions.push(definition);
    }
  }
  return parsed;
}
