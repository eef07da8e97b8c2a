/**
 * All bounds on the data that datagrams and requests can make this server keep. docs/reference/server-limits.md is generated from this list.
 * Bytes are generous estimates of memory in V8; `COST_…` is that of a record without its texts.
 */

/** Bounds that a program may set: `createLwM2mServer({ maxClients: … })`. The command line uses the same names. */
export interface LimitOptions {
  /** Registrations at once. Default 10000. */
  maxClients?: number;
  /** Registrations from one address at once; addresses of this machine have no such limit. Default 1000. */
  maxClientsPerAddress?: number;
  /** Seconds: longer lifetimes, and 0 (for ever), are cut to it. Default 2678400, 31 days. */
  maxLifetime?: number;
}

export const MAX_CLIENTS = 10_000;
export const MAX_CLIENTS_PER_ADDRESS = 1000;
export const MAX_LIFETIME_S = 31 * 86_400;

/** One registration: links announced, bytes of their text, and bytes of the other parameters of its query. */
export const MAX_LINKS = 2000;
export const MAX_LINKS_BYTES = 32 << 10;
export const MAX_QUERY_BYTES = 1024;
/** All registrations together: so many bytes for each of maxClients. A usual one takes a fifth of it. */
export const MAX_BYTES_PER_CLIENT = 8 << 10;
export const COST_REGISTRATION = 1024;
/** Announcements that are kept taken apart, since the same text comes again and again: bytes of their texts. */
export const MAX_PARSED_BYTES = 256 << 10;

/** Registrations whose old address is being asked whether it still answers, before another address takes the name. */
export const MAX_PROBES = 64;
export const PROBE_MS = 4000;

/** Uploads of requests in blocks (RFC 7959): in all, from one address and port, and bytes of one. */
export const MAX_UPLOADS = 64;
export const MAX_UPLOADS_PER_PEER = 2;
export const MAX_UPLOAD_BYTES = MAX_LINKS_BYTES;
/** Answers of devices in blocks that are being put together, in bytes: one, and all. */
export const MAX_PAYLOAD_BYTES = 1 << 20;
export const MAX_ASSEMBLY_BYTES = 64 << 20;

/** Peers that a socket caches. */
export const MAX_PEERS = 20_000;
/** Messages remembered for the detection of duplicates (RFC 7252 4.5). */
export const MAX_SEEN = 100_000;

/** The log of CoAP messages: messages, and bytes of all. */
export const MAX_LOG_MESSAGES = 500;
export const MAX_LOG_BYTES = 2 << 20;
export const COST_LOG_ENTRY = 200;
/** Characters of a payload that the log shows. */
export const MAX_LOG_TEXT = 4096;

/** The list of events: number, bytes in all, bytes of one event. A larger event loses its value. */
export const MAX_EVENTS = 10_000;
export const MAX_EVENT_BYTES = 64 << 10;
export const MAX_FEED_BYTES = 8 << 20;
export const COST_EVENT = 200;

/** Streams of events: number, number for one address, bytes of backlog for one reader and for all. */
export const MAX_STREAMS = 256;
export const MAX_STREAMS_PER_ADDRESS = 32;
export const MAX_BACKLOG_BYTES = 1 << 20;
export const MAX_BACKLOGS_BYTES = 32 << 20;

/** HTTP connections: in all, and from one address; addresses of this machine have no such limit. */
export const MAX_CONNECTIONS = 1024;
export const MAX_CONNECTIONS_PER_ADDRESS = 128;
/** Bytes of one body (an opaque value of 1 MiB in hexadecimal, with room for its envelope), and of all bodies under way. */
export const MAX_BODY_BYTES = 4 << 20;
export const MAX_BODIES_BYTES = 64 << 20;
/** Time limits for the head of a request, the whole request, and for a reader to accept its answer. */
export const HEAD_MS = 10_000;
export const REQUEST_MS = 60_000;
export const TAKE_MS = 60_000;
/** Operations that are under way or wait: in all, and for one device. */
export const MAX_OPERATIONS = 2000;
export const MAX_OPERATIONS_PER_CLIENT = 100;
/** Observations of one device that REST makes. */
export const MAX_OBSERVATIONS_PER_CLIENT = 200;
/** How deep JSON may be nested: an instance needs four levels. */
export const MAX_JSON_DEPTH = 16;
/** The most clients on one page of GET /api/clients. */
export const MAX_PAGE = 10_000;

/** Shortest time between two warnings about the same bound. The next one counts those in between. */
export const WARNING_MS = 10_000;
