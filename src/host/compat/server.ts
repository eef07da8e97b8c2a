/**
 * The server, as betwixt has it: `newDefaultServer`, `useRegistry`, `start`. It is our server and its console; programs that are not
 * written for betwixt take `createLwM2mServer` itself.
 */
import { loadDefaults, type Registry as Objects } from '../objects/registry';
import { Problem } from '../problem';
import { hostPort } from '../server/coap/transport';
import { createLwM2mServer, type Server } from '../server/index';
import { explainStartError } from '../server/run';

/** What `newDefaultObjectRegistry` of wixt/compat gives: a device's tables. */
interface DeviceRegistry {
  getDefinition(id: number): { id: number } | undefined;
}

/** A server in the shape of betwixt's. */
export interface DefaultServer {
  /**
   * Definitions of objects: those that wixt ships, which go beyond a device's registry (they have names and units), or
   * those of `createRegistry` in their place.
   */
  useRegistry(registry: DeviceRegistry | Objects): void;
  /** `fn` is called with the endpoint name when a device registers. */
  onRegistered(fn: (endpoint: string) => void): void;
  /** `fn` is called with the endpoint name when a device leaves. */
  onDeregistered(fn: (endpoint: string) => void): void;
  /** Starts it, and prints where the console is. A port that is taken ends in a sentence and the exit code 1. */
  start(): Promise<void>;
  /** Ends it; resolves when the ports are closed. */
  stop(): Promise<void>;
  /** The server itself. */
  readonly server: Server;
}

/** Makes a server whose console and REST are at the TCP port `port` of this machine; devices find it at the UDP port `coapPort`. */
export function newDefaultServer(port: string, coapPort = 5683): DefaultServer {
  const server = createLwM2mServer({ httpPort: +port, coapPort });
  return {
    server,
    useRegistry(registry) {
      server.objects = 'getDefinition' in registry ? loadDefaults() : registry;
    },
    onRegistered: (fn) => void server.events.on('registration', ({ endpoint }) => fn(endpoint)),
    onDeregistered: (fn) => void server.events.on('deregistration', ({ endpoint }) => fn(endpoint)),
    async start() {
      try {
        await server.start();
        console.log(`console  ${server.consoleUrl}\nCoAP     ${server.coapAddresses.map((address) => `coap://${hostPort(address)}`).join('  ')}`);
      } catch (error) {
        const explained = explainStartError(error);
        if (!(explained instanceof Problem)) throw explained;
        console.error(explained.message);
        process.exitCode = 1;
      }
    },
    stop: () => server.stop(),
  };
}
