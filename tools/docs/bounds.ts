/** The server's bounds, with their numbers from src/host/server/limits.ts. */
import * as limits from '../../src/host/server/limits';
import { withCommas as n } from '../../src/host/build/tables';
import { makeTable } from './sections';

const kib = (bytes: number): string => (bytes % (1 << 20) ? `${n(bytes / 1024)} KiB` : `${n(bytes / (1 << 20))} MiB`);
const seconds = (ms: number): string => `${ms / 1000} s`;

/** What the server keeps at most, and what it does at each bound. */
export function boundsTable(): string {
  return makeTable(
    ['what', 'bound', 'at the bound'],
    [
      ['registrations', `${n(limits.MAX_CLIENTS)} (\`--max-clients\`), ${kib(limits.MAX_BYTES_PER_CLIENT)} each on average`, 'registrations that never updated nor answered are removed, those of the busiest address first; otherwise the answer is 5.03'],
      ['registrations from one address (IPv6: one /64)', `${n(limits.MAX_CLIENTS_PER_ADDRESS)} (\`--max-clients-per-address\`); none for this machine`, "that address's own registrations that never updated are removed; otherwise 5.03"],
      ['lifetime', `${n(limits.MAX_LIFETIME_S / 86400)} days (\`--max-lifetime\`)`, 'longer lifetimes, and 0, are reduced to it'],
      ['one registration', `${n(limits.MAX_LINKS)} links, ${kib(limits.MAX_LINKS_BYTES)}; ${kib(limits.MAX_QUERY_BYTES)} of query`, '4.13'],
      ['unfinished uploads in blocks', `${limits.MAX_UPLOADS}, ${limits.MAX_UPLOADS_PER_PEER} for each device, ${kib(limits.MAX_UPLOAD_BYTES)} each`, 'the oldest upload of the busiest address is dropped'],
      ['answers in blocks', `${kib(limits.MAX_PAYLOAD_BYTES)} each, ${kib(limits.MAX_ASSEMBLY_BYTES)} together`, 'the operation fails'],
      ['messages remembered to detect duplicates', n(limits.MAX_SEEN), 'the oldest are forgotten'],
      ['log of messages', `${n(limits.MAX_LOG_MESSAGES)}, ${kib(limits.MAX_LOG_BYTES)}`, 'the oldest are dropped'],
      ['list of events', `${n(limits.MAX_EVENTS)}, ${kib(limits.MAX_FEED_BYTES)}, ${kib(limits.MAX_EVENT_BYTES)} each`, 'the oldest are dropped; a larger value is left out of its event'],
      ['streams of events', `${limits.MAX_STREAMS}, ${limits.MAX_STREAMS_PER_ADDRESS} for each other address; ${kib(limits.MAX_BACKLOG_BYTES)} of backlog each, ${kib(limits.MAX_BACKLOGS_BYTES)} together`, '503; a slow reader is cut off'],
      ['HTTP connections', `${n(limits.MAX_CONNECTIONS)}, ${limits.MAX_CONNECTIONS_PER_ADDRESS} for each other address; ${seconds(limits.HEAD_MS)} for a head, ${seconds(limits.REQUEST_MS)} for a request`, 'closed'],
      ['request bodies', `${kib(limits.MAX_BODY_BYTES)} each, ${kib(limits.MAX_BODIES_BYTES)} together; JSON ${limits.MAX_JSON_DEPTH} levels deep`, '413, 503, 400'],
      ['operations under way or waiting', `${n(limits.MAX_OPERATIONS)}, ${limits.MAX_OPERATIONS_PER_CLIENT} for each device`, '503'],
      ['observations of a device', n(limits.MAX_OBSERVATIONS_PER_CLIENT), '503'],
      ['clients on a page of `GET /api/clients`', n(limits.MAX_PAGE), '400 for a larger `limit=`'],
    ],
  );
}
