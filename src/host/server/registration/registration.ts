/** The registration interface: Register, Update, De-register at /rd (LwM2M TS 1.0.2 section 5.3 and table 22). */
import * as wire from '../../../device/wire/coap';
import type { Incoming, Option, Response } from '../coap/message';
import { hostPort } from '../coap/transport';
import { makeText, makeUint, textOptions, uintOption } from '../coap/options';
import { CodecError, shorten } from '../errors';
import type { Announced } from './announced';
import { MAX_LINKS, MAX_LINKS_BYTES, MAX_QUERY_BYTES } from '../limits';
import { LinkFormatError } from '../formats/link';
import type { Announcement, Registration, Registry } from './registry';
import type { Takeover, Verdict } from './takeover';
import { decodeUtf8 } from '../formats/value';

export interface RegistrationOptions {
  registry: Registry;
  takeover: Takeover;
  /** A limit was reached; `kind` is one of a few fixed words. */
  warn: (kind: string, message: string, endpoint?: string) => void;
}

/** Refuses a request. The text is for readers of the device's log. */
class Refusal extends Error {
  readonly code: number;
  readonly options: Option[];

  constructor(code: number, message: string, options: Option[] = []) {
    super(message);
    this.code = code;
    this.options = options;
  }
}

const bad = (message: string): never => {
  throw new Refusal(wire.CODE_BAD_REQUEST, message);
};

/** RFC 7252 5.9.3.4: tells the client when to try again. */
const busy = (message: string): Refusal => new Refusal(wire.CODE_SERVICE_UNAVAILABLE, message, [makeUint(wire.OPTION_MAX_AGE, 60)]);

const MAX_LIFETIME_S = 2 ** 32 - 1;

/** Deviations of an accepted request. */
type Notes = string[];

function readQuery(request: Incoming, notes: Notes): Map<string, string> {
  const query = new Map<string, string>();
  let bytes = 0;
  for (const part of textOptions(request, wire.OPTION_URI_QUERY)) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    if (query.has(name) && query.get(name) !== value) bad(`${name}= is given twice, with different values`);
    if (query.has(name)) notes.push(`${shorten(name)}= is given twice`);
    bytes += part.length;
    if (bytes > MAX_QUERY_BYTES) throw new Refusal(wire.CODE_REQUEST_ENTITY_TOO_LARGE, `the query is longer than ${MAX_QUERY_BYTES} bytes`);
    query.set(name, value);
  }
  return query;
}

function readObjects(registry: Registry, request: Incoming, notes: Notes): Announced | undefined {
  const { payload } = request;
  if (payload.length === 0) return undefined;
  const format = uintOption(request, wire.OPTION_CONTENT_FORMAT);
  // coap-node and others omit the format; the payload reveals it.
  if (format !== undefined && format !== wire.FORMAT_LINK && format !== wire.FORMAT_TEXT) bad('the objects must come as link-format (Content-Format 40)');
  const tooLarge = (message: string): never => {
    throw new Refusal(wire.CODE_REQUEST_ENTITY_TOO_LARGE, message, [makeUint(wire.OPTION_SIZE1, MAX_LINKS_BYTES)]);
  };
  if (payload.length > MAX_LINKS_BYTES) tooLarge(`the objects take ${payload.length} bytes; ${MAX_LINKS_BYTES} is the limit`);
  try {
    const announced = registry.announcements.take(decodeUtf8(payload));
    const { length } = announced.links;
    if (length > MAX_LINKS) tooLarge(`there are ${length} links; ${MAX_LINKS} is the limit`);
    if (format === wire.FORMAT_TEXT) notes.push('the objects come as text/plain (Content-Format 0) instead of link-format (40)');
    notes.push(...announced.notes);
    return announced;
  } catch (error) {
    if (error instanceof LinkFormatError || error instanceof CodecError) return bad(`the objects are no link-format (Content-Format 40): ${error.message}`);
    throw error;
  }
}

function readAnnouncement(registry: Registry, request: Incoming, query: Map<string, string>, notes: Notes): Announcement {
  const said: Announcement = { announced: readObjects(registry, request, notes) };
  const lifetime = query.get('lt');
  if (lifetime !== undefined) {
    const number = /^[ +]*(\d{1,10})(?:\.0*)? *$/.exec(lifetime)?.[1];
    if (number === undefined || Number(number) > MAX_LIFETIME_S) bad('lt= must be a number of seconds');
    if (number !== lifetime) notes.push(`lt=${shorten(lifetime)} is read as ${Number(number)} s`);
    said.lifetime = Number(number);
  }
  const binding = query.get('b');
  if (binding === '') notes.push('b= has no value');
  else if (binding !== undefined) {
    if (!/^[A-Za-z]{1,8}$/.test(binding)) bad('b= must be letters such as U or UQ');
    said.binding = binding.toUpperCase();
    if (said.binding !== binding) notes.push(`b=${binding} is read as ${said.binding}`);
  }
  // LwM2M 1.0 has the letter in b=; 1.1 has a separate parameter.
  if (said.binding !== undefined || query.has('Q')) said.queueMode = query.has('Q') || said.binding!.includes('Q');
  const sms = query.get('sms');
  if (sms) said.sms = sms.slice(0, 20);
  return said;
}

/** The LwM2M version in lwm2m=, "1.0" if it is absent. Throws Refusal if it is malformed. */
function readVersion(said: string | undefined, notes: Notes): string {
  // LwM2M 1.0 requires lwm2m=; older clients omit it.
  if (!said) return '1.0';
  const [, major, minor = '0'] = /^[vV"]*(\d{1,3})(?:\.(\d{1,3})(?:\.\d{1,5})?)?"?$/.exec(said) ?? bad('lwm2m= must be a version such as 1.0');
  const version = `${Number(major)}.${Number(minor)}`;
  if (version !== said) notes.push(`lwm2m=${shorten(said)} is read as ${version}`);
  return version;
}

/** The content of a Register, checked before the registry sees it. */
function readRegister(registry: Registry, request: Incoming) {
  const notes: Notes = [];
  const query = readQuery(request, notes);
  const endpoint = query.get('ep') ?? '';
  if (endpoint === '') bad('ep= is missing');
  // Names appear in logs, paths and pages.
  if (/[\p{Cc}\p{Zl}\p{Zp}\uFFFD]/u.test(endpoint)) bad('ep= must be text');
  // RFC 3986 5.2.4 removes them from URLs, so REST could not address such a client
  if (endpoint === '.' || endpoint === '..') bad('ep= must be a name other than . and ..');
  const version = readVersion(query.get('lwm2m'), notes);
  if (!version.startsWith('1.')) throw new Refusal(wire.CODE_PRECONDITION_FAILED, 'this server speaks LwM2M 1.x');
  const said = readAnnouncement(registry, request, query, notes);
  const attributes = Object.fromEntries([...query].filter(([name]) => !['ep', 'lwm2m', 'lt', 'b', 'Q', 'sms'].includes(name)));
  return { endpoint, version, said, attributes, notes };
}

function register({ registry, takeover, warn }: RegistrationOptions, request: Incoming): Response | Promise<Response> {
  const { endpoint, version, said, attributes, notes } = readRegister(registry, request);
  tellNotes(warn, 'Register', endpoint, notes);
  const { peer } = request;
  const before = registry.byEndpoint(endpoint);
  return after(before ? takeover.judge(before, peer, 'Register') : 'allowed', (verdict) => {
    // LwM2M TS 1.0.2 table 22: this client must not use the name.
    if (verdict === 'refused') throw new Refusal(wire.CODE_FORBIDDEN, 'this endpoint name is registered from another address, which answers');
    if (verdict === 'busy') throw busy('this endpoint name is registered from another address; try again');
    const registration = registry.register(endpoint, peer, version, said, attributes);
    if (!registration) throw busy('this server is full');
    return { code: wire.CODE_CREATED, options: [makeText(wire.OPTION_LOCATION_PATH, 'rd'), makeText(wire.OPTION_LOCATION_PATH, registration.id)] };
  });
}

/** Warns about deviations that are accepted, so that the device can be corrected. */
function tellNotes(warn: RegistrationOptions['warn'], what: string, endpoint: string, notes: Notes): void {
  if (notes.length > 0) warn('odd', `the ${what} of "${shorten(endpoint, 100)}" is not to the letter: ${notes.slice(0, 4).join('; ')}`, endpoint);
}

function change({ registry, takeover, warn }: RegistrationOptions, request: Incoming, id: string): Response | Promise<Response> {
  const unknown = (): never => {
    throw new Refusal(wire.CODE_NOT_FOUND, 'no such registration');
  };
  const found = registry.byId(id) ?? unknown();
  const { peer } = request;
  const leaving = request.code === wire.CODE_DELETE;
  const notes: Notes = [];
  const said = leaving ? {} : readAnnouncement(registry, request, readQuery(request, notes), notes);
  tellNotes(warn, 'Update', found.endpoint, notes);
  return after(takeover.judge(found, peer, leaving ? 'De-register' : 'Update'), (verdict) => {
    if (verdict === 'busy') throw busy('the registration is from another address; try again');
    const registration: Registration | undefined = registry.byId(id);
    // LwM2M TS 1.0.2 table 22 has no 4.03 here; for another address the registration does not exist
    if (verdict === 'refused' || !registration) return unknown();
    if (leaving) {
      registry.remove(registration, 'deregistered');
      return { code: wire.CODE_DELETED };
    }
    if (!registry.update(registration, peer, said)) throw busy('this server has no room for so many links');
    return { code: wire.CODE_CHANGED };
  });
}

/** Calls `then` immediately if the verdict is available, so that the answer is piggybacked on the acknowledgement. */
function after(verdict: Verdict | Promise<Verdict>, then: (verdict: Verdict) => Response): Response | Promise<Response> {
  return typeof verdict === 'string' ? then(verdict) : verdict.then(then);
}

/** Answers any request of a device. */
export function handleRequest(options: RegistrationOptions, request: Incoming): Response | Promise<Response> {
  const [first, id, ...rest] = textOptions(request, wire.OPTION_URI_PATH);
  const explain = (error: unknown): Response => {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === wire.CODE_REQUEST_ENTITY_TOO_LARGE)
      options.warn('large', `a registration of ${hostPort(request.peer)} was refused: ${error.message}`);
    return { code: error.code, options: error.options, payload: Buffer.from(error.message) };
  };
  try {
    if (first === 'rd' && rest.length === 0) {
      // Drafts of 1.0 specified the Update as a PUT, and such clients still exist.
      const method = id === undefined ? request.code === wire.CODE_POST : [wire.CODE_POST, wire.CODE_PUT, wire.CODE_DELETE].includes(request.code);
      if (!method) return { code: wire.CODE_METHOD_NOT_ALLOWED };
      const answer = id === undefined ? register(options, request) : change(options, request, id);
      return answer instanceof Promise ? answer.catch(explain) : answer;
    }
    if (first === '.well-known' && id === 'core' && rest.length === 0) {
      if (request.code !== wire.CODE_GET) return { code: wire.CODE_METHOD_NOT_ALLOWED };
      const format = { number: wire.OPTION_CONTENT_FORMAT, value: Uint8Array.of(wire.FORMAT_LINK) };
      return { code: wire.CODE_CONTENT, options: [format], payload: Buffer.from('</rd>;rt="core.rd";ct=40') };
    }
    return { code: wire.CODE_NOT_FOUND };
  } catch (error) {
    return explain(error);
  }
}
