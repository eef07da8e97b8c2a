/**
 * A board as data: the contents of its bundle and the room for it. No functions and no secrets: a board file could be JSON. Code reads it
 * from src/device/features.ts, which the build replaces with the board's values.
 */

/** The engine that runs a board's JavaScript, or its platform if several share an engine (Kaluma and IoT.js use JerryScript). */
export type EngineName = 'none' | 'node' | 'espruino' | 'jerryscript' | 'kaluma' | 'iotjs' | 'mquickjs' | 'moddable' | 'duktape';

/** A board file of wixt, with every field. */
export interface Board {
  /** Folder name under boards/, and under dist/. Lower case, digits and hyphens. */
  name: string;
  /** A title, one line. */
  title: string;
  /** The engine or platform. */
  engine: EngineName;
  /** Espruino: total number of JsVars; 0 if the engine has no fixed number. */
  variables: number;
  /** Bytes of flash that the bundle and the user's program share; 0 if there is no limit. */
  storage: number;
  /** LIMIT_… constants by name (LIMIT_DATAGRAM: `datagram`); a missing one has its default in LIMITS. */
  limits: Partial<Record<LimitName, number>>;
  /** FEATURE_… constants by name (FEATURE_WRITE: `write`); a missing one is on. */
  features: Record<string, boolean>;
  /** Ids of the objects in the default program. */
  objects: number[];
  /** Interface → adapter, a file name under boards/adapters; `timer` only if the engine's setTimeout passes no arguments. */
  adapters: Record<string, string>;
  /** The engine's names of the board (Espruino: process.env.BOARD), which `wixt flash` checks. */
  hardware?: string[];
}

/**
 * A board of your own, in boards/<name>/board.ts of your project: a board of wixt with other limits or fewer features. Missing fields
 * are those of `base`, and so are main.ts and the program if its folder has none.
 */
export type OwnBoard = Partial<Board> & {
  /** Name of its folder. */
  name: string;
  /** The board of wixt that it derives from. */
  base: string;
};

/** Range and cost of a limit. */
export interface Limit {
  /** Its value when the board file has none. */
  default: number;
  /** Smallest value. */
  minimum: number;
  /** Largest value. */
  maximum: number;
  /** Powers of two only. */
  power?: boolean;
  /** Its meaning, and the memory that one more costs on a board. */
  cost: string;
}

/** Names of the limits: see LIMITS. */
export type LimitName = 'datagram' | 'block' | 'body' | 'observations' | 'attributes' | 'mids' | 'duplicates' | 'location' | 'instances' | 'reserve';

/** Every limit of a board file, with its bounds and its cost. */
export const LIMITS: Record<LimitName, Limit> = {
  datagram: {
    default: 528,
    minimum: 128,
    maximum: 1500,
    cost: 'largest datagram in bytes; one buffer of it: one JsVar for 12 bytes',
  },
  block: {
    default: 256,
    minimum: 16,
    maximum: 1024,
    power: true,
    cost: 'largest block (RFC 7959) in bytes; must leave room for header and options in a datagram; itself it costs nothing',
  },
  body: {
    default: 1024,
    minimum: 64,
    maximum: 65535,
    cost: 'bytes of a block-wise write that are put together before a handler sees them; one JsVar for 12 bytes while it lasts',
  },
  observations: { default: 8, minimum: 1, maximum: 255, cost: 'observations at a time, of all servers; a slot each' },
  attributes: { default: 8, minimum: 1, maximum: 255, cost: 'paths with attributes of their own, of all servers; a slot each' },
  mids: {
    default: 24,
    minimum: 1,
    maximum: 255,
    cost: 'requests that must not run twice (all but Read and Discover) that are remembered for 247 s: a copy of one gets its answer again; one JsVar for two',
  },
  duplicates: {
    default: 4,
    minimum: 1,
    maximum: 64,
    cost: 'of these, answers with options that are kept whole (Create, blocks of a Write): a copy of an older one is passed over in silence; 20 bytes each, three JsVars for five',
  },
  location: { default: 64, minimum: 16, maximum: 255, cost: 'bytes of the path that a server gives a registration; one JsVar for 12' },
  instances: {
    default: 16,
    minimum: 1,
    maximum: 65535,
    cost: 'instances that an object may have when a server creates one, and a resource when a server writes some; beyond is 5.00. Each costs what its values cost',
  },
  reserve: {
    default: 0,
    minimum: 0,
    maximum: 65535,
    cost: 'Espruino: JsVars that must be free before anything is done for a datagram or a deadline, and with overlays before each load: what the dearest takes; 0: nobody asks. Itself it costs 8 JsVars',
  },
};

/** Bytes of a datagram for header, token and options beside a block. */
export const BLOCK_ROOM = 80;

/** Returns the faults of a board file, one sentence each; empty when it is valid. The build checks the names of features. */
export function validateBoard(board: unknown): string[] {
  const missing = NEEDED.filter((key) => !isRecord(board) || board[key] === undefined);
  if (missing.length === NEEDED.length) return [`there is no board in it: export default { name: '…', base: '…' }, with the name of its folder and a board of wixt, and what shall differ`];
  if (missing.length) return [`${missing.join(', ')} missing: say it, or base: '…' for a board of wixt that it is taken from`];
  const b = board as Board;
  const problems: string[] = [];
  const need = (good: boolean, text: string) => good || problems.push(text);
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  need(typeof b.name === 'string' && /^[a-z0-9][a-z0-9.-]*$/.test(b.name), 'name: lower-case letters, digits and hyphens');
  need(typeof b.title === 'string' && b.title !== '', 'title: one line of text');
  need(typeof b.engine === 'string', 'engine: the name of an engine');
  need(isCount(b.variables), 'variables: a number of JsVars, or 0');
  need(isCount(b.storage), 'storage: a number of bytes, or 0');
  need(isRecord(b.features, 'boolean'), 'features: true or false by name');
  need(isRecord(b.adapters, 'string'), 'adapters: a file name under boards/adapters by seam');
  need(Array.isArray(b.objects) && b.objects.every((id) => isCount(id) && id < 65535), 'objects: a list of object ids');
  need(b.hardware === undefined || (Array.isArray(b.hardware) && b.hardware.every((one) => typeof one === 'string')), 'hardware: a list of names');
  if (!isRecord(b.limits, 'number')) return [...problems, 'limits: a number by name'];
  for (const [name, value] of Object.entries(b.limits)) problems.push(...checkLimit(name, value));
  const { datagram, block } = limitsOf(b);
  need(block + BLOCK_ROOM <= datagram || block === 16, `limits.block: ${block} bytes and ${BLOCK_ROOM} for header and options exceed the datagram of ${datagram}`);
  for (const key of Object.keys(b)) need(KEYS.includes(key), `${key}: no such field; there are ${KEYS.join(', ')}`);
  return problems;
}

const NEEDED = ['name', 'title', 'engine', 'variables', 'storage', 'limits', 'features', 'objects', 'adapters'];
const KEYS = [...NEEDED, 'hardware'];

/** Whether `v` is a record, with values of one type if that is given. */
function isRecord(value: unknown, type?: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && (!type || Object.values(value).every((one) => typeof one === type));
}

function checkLimit(name: string, value: number): string[] {
  const limit = Object.hasOwn(LIMITS, name) ? LIMITS[name as LimitName] : undefined;
  if (!limit) return [`limits.${name}: no such limit; there are ${Object.keys(LIMITS).join(', ')}`];
  if (!Number.isInteger(value) || value < limit.minimum || value > limit.maximum)
    return [`limits.${name}: ${value} is not a whole number from ${limit.minimum} to ${limit.maximum}`];
  if (limit.power && value & (value - 1)) return [`limits.${name}: ${value} is no power of two`];
  return [];
}

/** Returns a board of one's own, completed by its base. */
export function mergeBoard(base: Board, { base: _, ...own }: OwnBoard): Board {
  return { ...base, ...own, limits: { ...base.limits, ...own.limits }, features: { ...base.features, ...own.features }, adapters: { ...base.adapters, ...own.adapters } };
}

/** Returns every limit of a board, including defaults. */
export function limitsOf(board: Pick<Board, 'limits'>): Record<LimitName, number> {
  const limits = {} as Record<LimitName, number>;
  for (const name of Object.keys(LIMITS) as LimitName[]) limits[name] = board.limits[name] ?? LIMITS[name].default;
  return limits;
}
