/** `wixt server`: the server as a process, from start to clean exit. */
import { readFileSync } from 'node:fs';
import { showPath } from '../build/root';
import { mergeDefinitions, type ObjectDefinition } from '../objects/definition';
import { explainFileError, readInputs } from '../objects/input';
import { readDefinitions } from '../objects/json';
import { createRegistry } from '../objects/registry';
import { loadShipped } from '../objects/shipped';
import { Problem } from '../problem';
import { hostPort } from './coap/transport';
import { registrationToJson } from './http/json';
import { createLwM2mServer, type Server, type ServerOptions } from './index';

export interface RunOptions {
  coapPort: number;
  httpPort: number;
  host?: string[];
  httpHost: string;
  /** Further names of this server in URLs. */
  httpName?: string[];
  /** `false`: no token. */
  token?: string | false;
  maxClients?: number;
  maxClientsPerAddress?: number;
  /** Seconds. */
  maxLifetime?: number;
  takeover?: 'allow' | 'refuse';
  blockSize: number;
  /** Files of definitions: object XML, folders of it, or JSON that `wixt objects --host` wrote. */
  objects?: string[];
  /** One line of JSON for each event, instead of sentences. */
  json?: boolean;
}

/** Explains why a server did not start, as a Problem. Returns other errors unchanged. */
export function explainStartError(error: unknown): unknown {
  const { code, side, address, port, hostname, syscall } = error as NodeJS.ErrnoException & {
    side?: string;
    address?: string;
    port?: number;
    hostname?: string;
  };
  if (!side || !code) return error;
  const name = side === 'http' ? 'HTTP' : 'CoAP';
  const option = side === 'http' ? '--http-port' : '--coap-port';
  const hostOption = side === 'http' ? '--http-host' : '--host';
  const where = hostPort({ address: address ?? hostname ?? '?', port: port ?? 0 });
  if (code === 'EADDRINUSE')
    return new Problem(`port ${port} is in use on ${address} (${name}); choose another one with ${option}, or 0 for any free port`);
  if (code === 'EACCES')
    return new Problem(`port ${port} on ${address} (${name}) needs permissions that this user lacks; choose one above 1023 with ${option}`);
  if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENOTFOUND', 'EAI_AGAIN'].includes(code))
    return new Problem(`${where} is not an address of this machine (${name}); choose another one with ${hostOption}`);
  return new Problem(`${name} cannot listen on ${where}: ${syscall ?? ''} ${code}`);
}

/** Returns the objects that wixt ships and those of the files. Throws a Problem. */
function readObjects(files: readonly string[]): ObjectDefinition[] {
  const isJson = (file: string): boolean => /\.json$/i.test(file);
  const given = files.filter(isJson).flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new Problem(explainFileError(file, error));
    }
    return readDefinitions(text, file).map((definition) => ({ definition, file: showPath(file) }));
  });
  const { sources } = readInputs(files.filter((file) => !isJson(file)));
  return [...loadShipped(), ...mergeDefinitions([...given, ...sources])];
}

function tell(server: Server, json: boolean): void {
  const say = (event: string, data: object, sentence: string): void =>
    console.log(json ? JSON.stringify({ event, time: Date.now(), ...data }) : sentence);
  const coap = server.coapAddresses.map((address) => `coap://${hostPort(address)}`);
  say('listening', { console: server.httpUrl, ...(server.httpToken === undefined ? {} : { token: server.httpToken }), coap }, `console  ${server.consoleUrl}\nCoAP     ${coap.join('  ')}`);
  const { events } = server;
  events.on('registration', (registration) => {
    const { endpoint, peer, lifetime } = registration;
    say('registration', registrationToJson(registration), `${endpoint} registered from ${hostPort(peer)} for ${lifetime} s`);
  });
  events.on('deregistration', (registration, reason) => {
    if (reason !== 'stopped') say('deregistration', { ...registrationToJson(registration), reason }, `${registration.endpoint} left (${reason})`);
  });
  if (json) {
    events.on('updated', (registration) => say('updated', registrationToJson(registration), ''));
  }
  events.on('warning', ({ message, endpoint }) => {
    if (json) say('warning', { message, ...(endpoint === undefined ? {} : { endpoint }) }, '');
    else console.error(`wixt: ${message}`);
  });
  events.on('fault', (error) => console.error('wixt: an error in the server:', error));
}

/** Resolves on SIGINT or SIGTERM, once. A second signal ends the process at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(code));
        resolve();
      });
    }
  });
}

/** Runs until a signal arrives. Rejects with a Problem if it cannot start. */
export async function runServer({ host, httpName, token, takeover, objects, json = false, ...rest }: RunOptions): Promise<void> {
  const options: ServerOptions = { ...rest };
  if (host) options.hosts = host;
  if (httpName) options.httpNames = httpName;
  if (token !== undefined) options.httpToken = token;
  if (takeover) options.takeover = takeover === 'allow';
  if (objects) options.objects = createRegistry(readObjects(objects));
  const server = createLwM2mServer(options);
  const ended = untilSignal();
  await server.start().catch((error) => {
    throw explainStartError(error);
  });
  tell(server, json);
  await ended;
  if (json) console.log(JSON.stringify({ event: 'stopped', time: Date.now() }));
  await server.stop();
}
