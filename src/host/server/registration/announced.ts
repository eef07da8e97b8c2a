/** The links of a client's Register or Update. Only their text is stored; it is parsed on demand. */
import { shorten } from '../errors';
import { COST_REGISTRATION, MAX_PARSED_BYTES } from '../limits';
import { attributeText, decodeLinks, encodeLinks, type Link } from '../formats/link';
import { takePath } from '../path';

export interface AnnouncedObject {
  /** Version as announced by ver=; undefined when absent. */
  version?: string;
  /** Ids, ascending. */
  instances: number[];
}

/** The decoded segments of a link's path (RFC 6690 2, RFC 3986 2.1), as in Uri-Path options. */
export function segmentsOf(uri: string): string[] {
  const path = uri.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/, '');
  return path.split('/').filter(Boolean).map(decodeSegment);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Ids of a path below the root; undefined if it is not a path. Some devices write leading zeros (%02d). */
function idsBelow(root: readonly string[], segments: readonly string[]): number[] | undefined {
  if (root.some((segment, level) => segments[level] !== segment)) return undefined;
  return takePath(segments.slice(root.length).map((segment) => `/${/^\d{1,16}$/.test(segment) ? segment.replace(/^0+(?=\d)/, '') : segment}`).join(''));
}

interface Parsed {
  /** Deviations of the text. */
  notes: readonly string[];
  /** Its JSON, cached. */
  json?: string;
  links: readonly Link[];
  objects: ReadonlyMap<number, AnnouncedObject>;
}

/** Removes the slashes at both ends. A regular expression for the trailing ones would be quadratic. */
function trimSlashes(text: string): string {
  let from = 0;
  let to = text.length;
  while (text[from] === '/') from++;
  while (to > from && text[to - 1] === '/') to--;
  return text.slice(from, to);
}

/** The root path and the objects in links (LwM2M TS 1.0.2 5.3.1 and 6.4.1 of its transport part). Other links are ignored. */
export function readLinks(links: readonly Link[], notes: string[] = []): { rootPath: string; objects: Map<number, AnnouncedObject> } {
  const root = links.find((link) => attributeText(link, 'rt')?.toLowerCase().split(' ').includes('oma.lwm2m'));
  const rootPath = root ? `/${trimSlashes(root.uri)}` : '/';
  const objects = readObjects(links, segmentsOf(rootPath));
  if (objects.size > 0 || rootPath === '/') return { rootPath, objects };
  const loose = readObjects(links, []);
  if (loose.size > 0) notes.push(`the objects are not below the path ${shorten(rootPath)} that the client announces for them`);
  return { rootPath, objects: loose };
}

function readObjects(links: readonly Link[], root: readonly string[]): Map<number, AnnouncedObject> {
  const found = new Map<number, { version?: string; instances: Set<number> }>();
  for (const link of links) {
    const path = idsBelow(root, segmentsOf(link.uri));
    if (!path || path.length < 1 || path.length > 2) continue;
    const object = found.get(path[0]) ?? { instances: new Set() };
    found.set(path[0], object);
    if (path.length === 2) object.instances.add(path[1]);
    const version = attributeText(link, 'ver');
    if (version !== undefined && /^\d{1,5}\.\d{1,5}$/.test(version)) object.version = version;
  }
  const objects = [...found]
    .sort(([a], [b]) => a - b)
    .map(([id, { instances, ...rest }]): [number, AnnouncedObject] => [id, { ...rest, instances: [...instances].sort((a, b) => a - b) }]);
  return new Map(objects);
}

/** One announcement. Devices that announce the same text share it while it is cached. */
export class Announced {
  readonly text: string;
  readonly rootPath: string;
  readonly #cache: AnnouncedCache;

  constructor(text: string, rootPath: string, cache: AnnouncedCache) {
    this.text = text;
    this.rootPath = rootPath;
    this.#cache = cache;
  }

  get links(): readonly Link[] {
    return this.#cache.parsed(this).links;
  }

  get objects(): ReadonlyMap<number, AnnouncedObject> {
    return this.#cache.parsed(this).objects;
  }

  /** Deviations of the text. */
  get notes(): readonly string[] {
    return this.#cache.parsed(this).notes;
  }

  /** The same text with one instance added or removed. */
  change(object: number, instance: number, present: boolean): string {
    const root = this.rootPath === '/' ? '' : this.rootPath;
    const uri = `${root}/${object}/${instance}`;
    const { links, objects } = this;
    if ((objects.get(object)?.instances.includes(instance) ?? false) === present) return this.text;
    if (present) return `${this.text}${this.text === '' ? '' : ','}<${uri}>`;
    const below = segmentsOf(root);
    const isIt = (link: Link): boolean => idsBelow(below, segmentsOf(link.uri))?.join('/') === `${object}/${instance}`;
    const gone = links.find(isIt);
    const rest = links.filter((link) => !isIt(link));
    // LwM2M TS 1.0.2 5.3.1: an object without instances is announced by itself.
    const stays = rest.some((link) => idsBelow(below, segmentsOf(link.uri))?.[0] === object);
    return encodeLinks(stays ? rest : [...rest, { uri: `${root}/${object}`, attributes: gone?.attributes ?? {} }]);
  }

  /** The result of `make`, cached with the announcement. */
  json(make: (announced: Announced) => string): string {
    return (this.#cache.parsed(this).json ??= make(this));
  }
}

/** Caches the newest parsed announcements, up to MAX_PARSED_BYTES of text. */
export class AnnouncedCache {
  /** Parsed announcements by text, oldest first; few in total. */
  readonly #parsed = new Map<string, Parsed & { announced: Announced }>();
  #bytes = 0;

  /** Throws LinkFormatError. */
  take(text: string): Announced {
    return (this.#parsed.get(text) ?? this.#add(text)).announced;
  }

  parsed({ text, rootPath }: Announced): Parsed {
    return this.#parsed.get(text) ?? this.#add(text, rootPath);
  }

  #add(text: string, known?: string): Parsed & { announced: Announced } {
    const notes: string[] = [];
    const links = decodeLinks(text, true, notes);
    const { rootPath, objects } = readLinks(links, notes);
    const entry = { links, objects, notes: notes.slice(0, 8), announced: new Announced(text, known ?? rootPath, this) };
    this.#parsed.set(text, entry);
    this.#bytes += costOf(text);
    for (const oldest of this.#parsed.keys()) {
      if (this.#bytes <= MAX_PARSED_BYTES || oldest === text) break;
      this.#parsed.delete(oldest);
      this.#bytes -= costOf(oldest);
    }
    return entry;
  }
}

const costOf = (text: string): number => COST_REGISTRATION + text.length;
