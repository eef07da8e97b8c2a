/**
 * Reads OMA LwM2M object definitions: LWM2M.xsd (1.0.1) and LWM2M-v1_1.xsd, which adds two data types. Deviations with a clear meaning are accepted
 * with a warning: other case, a URN that disagrees, a version without its second number.
 */
import { isVersion, MAX_ID, OPERATIONS, type ObjectDefinition, type ResourceDefinition, type ResourceType } from './definition';
import { asElement, readDocument, type Element } from './document';

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

/** The result for one file: `problems` forbid its use, `warnings` state assumptions. Both are sentences. */
export interface ParsedFile {
  definitions: ObjectDefinition[];
  problems: string[];
  warnings: string[];
  /** The file is of another kind, as `problems` says: in a folder it may be skipped. */
  foreign?: boolean;
}

/** Collects sentences while one element is read. `where` is `file: object 3 (Device): resource 5 (…)`. */
interface Scope {
  where: string;
  parsed: ParsedFile;
}

/** The element's text, unchanged; undefined when absent. */
function takeRaw(element: Element, tag: string): string | undefined {
  const value = element[tag];
  const text = typeof value === 'string' ? value : asElement(value)?.['#text'] ?? (value === undefined ? undefined : '');
  return text === undefined ? undefined : String(text);
}

/** The element's text; undefined when absent. White space is folded, because names contain line breaks. */
function takeText(element: Element, tag: string): string | undefined {
  return takeRaw(element, tag)?.replace(/\s+/g, ' ').trim();
}

/** The lines of prose or of a list, without layout. */
function takeLines(element: Element, tag: string): string[] {
  return (takeRaw(element, tag) ?? '').split(/\r\n?|\n/).map(line => line.replace(/\s+/g, ' ').trim()).filter(Boolean);
}

/** A range. Several lines ("0: off", "1: on") are joined by semicolons. */
function takeRange(element: Element): string {
  const lines = takeLines(element, 'RangeEnumeration');
  return lines.every(line => /^\d+\s*[:=]/.test(line)) ? lines.map(line => line.replace(/[;,]$/, '')).join('; ') : lines.join(' ');
}

/** A required text. Records a problem and returns undefined when it is absent. */
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

/** A required text that is not empty. */
function needName(scope: Scope, element: Element): string | undefined {
  const name = needText(scope, element, 'Name');
  if (name === '') scope.parsed.problems.push(`${scope.where}: <Name> is empty; give it a name`);
  return name === '' ? undefined : name;
}

/** Texts that people write for an empty value. */
const NOTHING = ['none', 'n/a', '-'];

/** Folds case and spaces: `Obj Lnk`, `objlnk` and `ObjLnk` are equal. */
function fold(text: string): string {
  return NOTHING.includes(text.toLowerCase()) ? '' : text.toLowerCase().replace(/[\s_-]/g, '');
}

function needOneOf<T extends string>(scope: Scope, element: Element, tag: string, allowed: readonly T[], others: Record<string, T> = {}): T | undefined {
  const text = needText(scope, element, tag);
  if (text === undefined) return undefined;
  const exact = allowed.find(value => value === text);
  const found = exact ?? allowed.find(value => fold(value) === fold(text)) ?? (Object.hasOwn(others, fold(text)) ? others[fold(text)] : undefined);
  if (found === undefined) {
    const list = allowed.map(value => value === '' ? 'empty' : value);
    scope.parsed.problems.push(`${scope.where}: <${tag}> is "${text}", which LwM2M does not know; use ${list.slice(0, -1).join(', ')} or ${list.at(-1)}`);
  } else if (exact === undefined) scope.parsed.warnings.push(`${scope.where}: <${tag}> is "${text}"; it is taken as ${found || 'empty'}`);
  return found;
}

/** Other spellings, folded. */
const OTHER_OPERATIONS: Record<string, 'RW'> = { 'r/w': 'RW', 'r,w': 'RW', wr: 'RW', 'w/r': 'RW', 'w,r': 'RW' };
const OTHER_TYPES: Record<string, string> = { int: 'Integer', unsigned: 'Unsigned Integer', bool: 'Boolean', objectlink: 'Objlnk', corelink: 'Corelnk' };

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
  const operations = needOneOf(scope, item, 'Operations', OPERATIONS, OTHER_OPERATIONS);
  const multiplicity = needOneOf(scope, item, 'MultipleInstances', MULTIPLICITIES);
  const obligation = needOneOf(scope, item, 'Mandatory', OBLIGATIONS);
  const typeName = needOneOf(scope, item, 'Type', [...Object.keys(TYPES).slice(1), ''], OTHER_TYPES);
  if (id === undefined || name === undefined || operations === undefined || multiplicity === undefined ||
    obligation === undefined || typeName === undefined) return undefined;
  let type = TYPES[typeName];
  // The schema allows both, and the registry contains one of the first kind (10482).
  if (type === 'none' && operations !== 'E') {
    warnings.push(`${scope.where}: has a value but no <Type>; it is taken as Opaque`);
    type = 'opaque';
  } else if (type !== 'none' && operations === 'E') {
    warnings.push(`${scope.where}: is executable, so its <Type> ${typeName} is not used`);
    type = 'none';
  }
  const units = takeText(item, 'Units');
  const range = takeRange(item);
  const description = takeLines(item, 'Description').join('\n');
  return {
    id, name, type, operations,
    multiple: multiplicity === 'Multiple',
    mandatory: obligation === 'Mandatory',
    ...(units ? { units } : {}),
    ...(range ? { range } : {}),
    ...(description ? { description } : {}),
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

/** `1`, `v1.1` and `1.0.2` are clear: 1.0, 1.1, 1.0. Others are returned unchanged and recorded as a problem. */
function needVersion(scope: Scope, tag: string, text: string): string {
  if (isVersion(text)) return text;
  const [, major, minor] = /^v?(\d{1,5})(?:\.(\d{1,5})(?:\.\d+)?)?$/i.exec(text) ?? [];
  if (major === undefined) scope.parsed.problems.push(`${scope.where}: <${tag}> is "${text}"; write it as two numbers, for example 1.0`);
  else scope.parsed.warnings.push(`${scope.where}: <${tag}> is "${text}"; it is taken as ${major}.${minor ?? 0}`);
  return major === undefined ? text : `${major}.${minor ?? 0}`;
}

/**
 * The object's version and the lowest LwM2M version: 1.0 each when absent (LwM2M TS 1.0.2 §6.2). ObjectID and ObjectVersion have precedence over the
 * URN.
 */
function parseVersions(scope: Scope, object: Element, id: number, urn: string): { version: string, lwm2m: string; } {
  const { warnings } = scope.parsed;
  const urnParts = /^urn:[^\s]+:(\d+)(?::(\d+\.\d+))?$/i.exec(urn);
  const isSame = urnParts !== null && Number(urnParts[1]) === id;
  if (!isSame) warnings.push(`${scope.where}: <ObjectURN> is "${urn}", which does not end in the object's id; <ObjectID> counts: ${id}`);
  const urnVersion = isSame ? urnParts[2] : undefined;
  const version = needVersion(scope, 'ObjectVersion', takeText(object, 'ObjectVersion') || urnVersion || '1.0');
  const lwm2m = needVersion(scope, 'LWM2MVersion', takeText(object, 'LWM2MVersion') || '1.0');
  if (urnVersion !== undefined && urnVersion !== version && isVersion(version)) {
    warnings.push(`${scope.where}: <ObjectURN> says version ${urnVersion} and <ObjectVersion> says ${version}; <ObjectVersion> counts`);
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
  const description = takeLines(object, 'Description1').join('\n');
  const description2 = takeLines(object, 'Description2').join('\n');
  if (id === undefined || name === undefined || urn === undefined || multiplicity === undefined || obligation === undefined) return undefined;
  return {
    id, name, ...parseVersions(scope, object, id, urn), urn,
    multiple: multiplicity === 'Multiple',
    mandatory: obligation === 'Mandatory',
    ...(copyright ? { copyright } : {}),
    ...(description ? { description } : {}),
    ...(description2 ? { description2 } : {}),
    resources,
  };
}

/** `2019 Open Mobile Alliance` if the file contains the text of the BSD licence, as those of the registry do. */
function findCopyright(text: string): string | undefined {
  if (!/Redistribution and use in source and binary forms/.test(text)) return undefined;
  return /Copyright\s+(?:\(c\)\s*)?(\d{4}[^\r\n]*?)[\s.]*(?:All rights reserved[\s.]*)?$/mi.exec(text)?.[1];
}

/** Parses one file's bytes. Never throws for bad input. `file` is only used in the sentences. */
export function parseObjectXml(bytes: Uint8Array, file: string): ParsedFile {
  const { objects, text, fault, foreign } = readDocument(bytes);
  if (fault !== undefined) return { definitions: [], problems: [`${file}: ${fault}`], warnings: [], ...(foreign && { foreign }) };
  const parsed: ParsedFile = { definitions: [], problems: [], warnings: [] };
  for (const object of objects) {
    const definition = parseObject({ where: file, parsed }, object, findCopyright(text));
    if (definition !== undefined) parsed.definitions.push(definition);
  }
  return parsed;
}
