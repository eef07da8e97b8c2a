/**
 * Our server as the load generator runs it, with REST and console as in `wixt demo`; told on standard input what to do, one line at a time:
 * `observe PATH` · `read PATH FORMAT COUNT WINDOW` · `count` · `gc`. Each is answered by DONE and numbers.
 */
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLwM2mServer, parseFormat } from '../../src/host/server/index';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'], maxClients: 200_000 });
let notifications = 0;
server.events.on('notification', () => notifications++);
server.events.on('fault', (error) => console.error(error));

/** `count` calls, `window` of them under way. Returns how many succeeded and failed. */
async function each(count: number, window: number, run: (endpoint: string) => Promise<boolean>): Promise<string> {
  const endpoints = server.registry.all().map(({ endpoint }) => endpoint);
  let next = 0;
  let good = 0;
  const worker = async (): Promise<void> => {
    while (next < count) if (await run(endpoints[next++ % endpoints.length]!).catch(() => false)) good++;
  };
  await Promise.all(Array.from({ length: window }, worker));
  return `${good} ${count - good}`;
}

async function obey(line: string): Promise<string> {
  const [word, path = '', ...rest] = line.split(' ');
  switch (word) {
    case 'observe':
      return each(server.registry.size, 64, async (endpoint) => (await server.observe(endpoint, path)).observed);
    case 'read':
      return each(Number(rest[1]), Number(rest[2]), async (endpoint) => (await server.read(endpoint, path, { format: parseFormat(rest[0]!), timeout: 5000 })).success);
    case 'count':
      return `${server.registry.size} ${notifications}`;
    case 'gc':
      collect();
      return '';
    default:
      throw new Error(`"${line}" is no command`);
  }
}

// Not awaited here: what is loaded when it is needed stands behind this file in the bundle, and waits for its end.
void server.start().then(() => console.log(`READY ${server.coapAddresses[0]!.port}`));

createInterface(process.stdin)
  .on('line', (line) => void obey(line).then((answer) => console.log(`DONE ${answer}`)))
  .on('close', () => process.exit());
