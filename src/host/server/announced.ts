/** What a client announces: the links of its Register or Update. Only their text is kept; it is taken apart when somebody looks. */
import { COST_REGISTRATION, MAX_PARSED_BYTES } from './limits';
import { attributeText, decodeLinks, type Link } from './link';
import { takePath } from './path';

export interface AnnouncedObject {
  /** as announced by ver=, undefined where nothing was */
  version?: string;
  /** ids, ascending */
  instances: number[];
}

interface Parsed {
  /** what was made of it for JSON */
  json?: string;
  links: readonly Link[];
  objects: ReadonlyMap<number, AnnouncedObject>;
}

/** Without the slashes at either end. A regular expression for the last ones would be quadratic. */
function trimSlashes(text: string): string {
  let from = 0;
  let to = text.length;
  while (text[from] === '/') from++;
  while (to > from && text[to - 1] === '/') to--;
  return text.slice(from, to);
}

/** The root path and the objects in links (LwM2M TS 1.0.2 5.3.1 and 6.4.1 of its transport part). What is no LwM2M path is left aside. */
export function readLinks(links: readonly Link[]): { rootPath: string; objects: Map<number, AnnouncedObject> } {
  const root = links.find((link) => attributeText(link, 'rt')?.split(' ').includes('oma.lwm2m'));
  const rootPath = root ? `/${trimSlashes(root.uri)}` : '/';
  const prefix = rootPath === '/' ? '' : rootPath;
  const found = new Map<number, { version?: string; instances: Set<number> }>();
  for (const link of links) {
    const path = link.uri.startsWith(`${prefix}/`) ? takePath(link.uri.slice(prefix.length).replace(/\/$/, '')) : undefined;
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
  return { rootPath, objects: new Map(objects) };
}

/** One announcement; devices that announce the same share it while it is fresh. */
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

  /** What `make` makes of it, made once while it is fresh. */
  json(make: (announced: Announced) => string): string {
    return (this.#cache.parsed(this).json ??= make(this));
  }
}

/** The newest announcements taken apart, up to MAX_PARSED_BYTES of text. */
export class AnnouncedCache {
  /** by text, oldest first; all together are few */
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
    const links = decodeLinks(text, true);
    const { rootPath, objects } = readLinks(links);
    const entry = { links, objects, announced: new Announced(text, known ?? rootPath, this) };
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
