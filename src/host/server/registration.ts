/** The registration interface: Register, Update, De-register at /rd (LwM2M TS 1.0.2 section 5.3 and table 22). */
import * as wire from '../../device/wire/coap';
import type { Incoming, Response } from './coap/endpoint';
import { makeText, textOptions, uintOption } from './coap/options';
import { CodecError } from './errors';
import { decodeLinks, LinkFormatError, type Link } from './link';
import type { Announcement, Registry } from './registry';
import { decodeUtf8 } from './value';

/** An answer that refuses; the text is for who reads the device's log. */
class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const bad = (message: string): never => {
  throw new Refusal(wire.CODE_BAD_REQUEST, message);
};

const MAX_LIFETIME_S = 2 ** 32 - 1;

function readQuery(request: Incoming): Map<string, string> {
  const query = new Map<string, string>();
  for (const part of textOptions(request, wire.OPTION_URI_QUERY)) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    if (query.has(name)) bad(`${name}= is given twice`);
    query.set(name, equals < 0 ? '' : part.slice(equals + 1));
  }
  return query;
}

function readLinks(request: Incoming): Link[] | undefined {
  if (request.payload.length === 0) return undefined;
  const format = uintOption(request, wire.OPTION_CONTENT_FORMAT);
  // coap-node and others leave the format out; what the payload is shows
  if (format !== undefined && format !== wire.FORMAT_LINK) bad('the objects must come as link-format (Content-Format 40)');
  try {
    return decodeLinks(decodeUtf8(request.payload), true);
  } catch (error) {
    if (error instanceof LinkFormatError || error instanceof CodecError) return bad(`the objects are no link-format: ${error.message}`);
    throw error;
  }
}

function readAnnouncement(request: Incoming, query: Map<string, string>): Announcement {
  const said: Announcement = { links: readLinks(request) };
  const lifetime = query.get('lt');
  if (lifetime !== undefined) {
    if (!/^\d{1,10}$/.test(lifetime) || Number(lifetime) > MAX_LIFETIME_S) bad('lt= must be a number of seconds');
    said.lifetime = Number(lifetime);
  }
  const binding = query.get('b');
  if (binding !== undefined) {
    if (!/^[A-Z]{1,8}$/.test(binding)) bad('b= must be letters such as U or UQ');
    said.binding = binding;
  }
  // LwM2M 1.0 has the letter in b=, 1.1 a parameter of its own
  if (binding !== undefined || query.has('Q')) said.queueMode = query.has('Q') || binding!.includes('Q');
  const sms = query.get('sms');
  if (sms !== undefined) said.sms = sms.slice(0, 20);
  return said;
}

function register(registry: Registry, request: Incoming): Response {
  const query = readQuery(request);
  const endpoint = query.get('ep');
  if (!endpoint) bad('ep= is missing');
  // names go into logs, paths and pages
  if (/[\p{Cc}\uFFFD]/u.test(endpoint!)) bad('ep= must be text');
  // LwM2M 1.0 demands lwm2m=; clients older than that leave it out
  const version = query.get('lwm2m') || '1.0';
  if (!/^\d{1,3}\.\d{1,3}$/.test(version)) bad('lwm2m= must be a version such as 1.0');
  if (!version.startsWith('1.')) throw new Refusal(wire.CODE_PRECONDITION_FAILED, 'this server speaks LwM2M 1.x');
  const said = readAnnouncement(request, query);
  const attributes = Object.fromEntries([...query].filter(([name]) => !['ep', 'lwm2m', 'lt', 'b', 'Q', 'sms'].includes(name)));
  const registration = registry.register(endpoint!, request.peer, version, said, attributes);
  if (!registration) throw new Refusal(wire.CODE_SERVICE_UNAVAILABLE, 'this server is full');
  return { code: wire.CODE_CREATED, options: [makeText(wire.OPTION_LOCATION_PATH, 'rd'), makeText(wire.OPTION_LOCATION_PATH, registration.id)] };
}

function change(registry: Registry, request: Incoming, id: string): Response {
  const registration = registry.byId(id);
  if (!registration) throw new Refusal(wire.CODE_NOT_FOUND, 'no such registration');
  if (request.code === wire.CODE_DELETE) {
    registry.remove(registration, 'deregistered');
    return { code: wire.CODE_DELETED };
  }
  registry.update(registration, request.peer, readAnnouncement(request, readQuery(request)));
  return { code: wire.CODE_CHANGED };
}

/** Answers any request that a device makes. */
export function handleRequest(registry: Registry, request: Incoming): Response {
  const [first, id, ...rest] = textOptions(request, wire.OPTION_URI_PATH);
  try {
    if (first === 'rd' && rest.length === 0) {
      // drafts of 1.0 had the Update as a PUT, and such clients are about
      const method = id === undefined ? request.code === wire.CODE_POST : [wire.CODE_POST, wire.CODE_PUT, wire.CODE_DELETE].includes(request.code);
      if (!method) return { code: wire.CODE_METHOD_NOT_ALLOWED };
      return id === undefined ? register(registry, request) : change(registry, request, id);
    }
    if (first === '.well-known' && id === 'core' && rest.length === 0) {
      if (request.code !== wire.CODE_GET) return { code: wire.CODE_METHOD_NOT_ALLOWED };
      const format = { number: wire.OPTION_CONTENT_FORMAT, value: Uint8Array.of(wire.FORMAT_LINK) };
      return { code: wire.CODE_CONTENT, options: [format], payload: Buffer.from('</rd>;rt="core.rd";ct=40') };
    }
    return { code: wire.CODE_NOT_FOUND };
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, payload: Buffer.from(error.message) };
    throw error;
  }
}
