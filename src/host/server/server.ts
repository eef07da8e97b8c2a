/** The LwM2M server: CoAP on one side, promises and events on the other. http/ adds HTTP. */
import { randomFillSync } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Registry as Objects } from '../objects/registry';
import type { ExecuteArguments } from './management/arguments';
import { Budget } from './coap/assembly';
import { Cancellation } from './coap/cancellation';
import { systemClock } from './coap/clock';
import { CoapEndpoint } from './coap/endpoint';
import { CanceledError } from './coap/errors';
import { createUdpTransport, type Peer } from './coap/transport';
import { UnknownClientError } from './errors';
import { CoapLog } from './log';
import { makeNode, type Input } from './management/input';
import {
  Management,
  readAnswer,
  type Answer,
  type Attributes,
  type ObserveAnswer,
  type OperationOptions,
  type ReadAnswer,
  type Target,
} from './management/management';
import * as limits from './limits';
import type { Link } from './formats/link';
import { ClientModel } from './model';
import type { Model, ObjectInstance } from './node';
import { Observations, type Observation } from './reporting/observations';
import { parsePath, takePath } from './path';
import { handleRequest } from './registration/registration';
import type { CoreOptions, ServerEvents } from './options';
import { isLoopback } from './address';
import { Registry, type Registration } from './registration/registry';
import { Takeover } from './registration/takeover';
import { Warnings } from './warnings';

/** A pool of random numbers: a system call for each would cost more than a message. */
const pool = new Uint32Array(1024);
let used = pool.length;

function secureRandom(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const value = pool[used]! / 2 ** 32;
  // A number that became a token is not kept here.
  pool[used++] = 0;
  return value;
}

export class LwM2mServer {
  readonly events = new EventEmitter<ServerEvents>();
  /** The registrations. */
  readonly registry: Registry;
  readonly log: CoapLog;
  /** Source of the event `warning`. */
  readonly warnings: Warnings;
  objects: Objects;
  readonly #endpoint: CoapEndpoint;
  readonly #management: Management;
  readonly #observations: Observations;
  /** By registration id, for devices that were sent a request. */
  readonly #leaving = new Map<string, Cancellation>();

  constructor(options: CoreOptions) {
    const {
      coapPort = 5683,
      hosts = ['127.0.0.1', '::1'],
      grace = 5000,
      maxClients = limits.MAX_CLIENTS,
      maxClientsPerAddress = limits.MAX_CLIENTS_PER_ADDRESS,
      maxLifetime = limits.MAX_LIFETIME_S,
      maxPayload = limits.MAX_PAYLOAD_BYTES,
      blockSize = 128,
      logCapacity = limits.MAX_LOG_MESSAGES,
      takeover = hosts.every(isLoopback),
    } = options;
    const { clock = systemClock, random = secureRandom } = options;
    const transport = options.transport ?? createUdpTransport(hosts, coapPort, options.hosts ? [] : ['::1']);
    this.objects = options.objects;
    this.log = new CoapLog({ capacity: logCapacity, model: (endpoint) => this.#modelOf(this.registry.byEndpoint(endpoint)) });
    this.warnings = new Warnings(clock, (warning) => this.events.emit('warning', warning));
    const warn = (kind: string, message: string, endpoint?: string): void => this.warnings.warn(kind, message, endpoint);
    this.registry = new Registry(
      { clock, random, grace, maxClients, maxClientsPerAddress, maxLifetime },
      {
        warn,
        registered: (registration) => this.events.emit('registration', registration),
        updated: (registration, before, changes) => {
          this.#observations.move(registration);
          this.events.emit('updated', registration, before, changes);
        },
        left: (registration, reason) => {
          this.#observations.drop(registration);
          this.#leaving.get(registration.id)?.cancel(new CanceledError(`the client "${registration.endpoint}" left (${reason})`));
          this.#leaving.delete(registration.id);
          this.events.emit('deregistration', registration, reason);
        },
      },
    );
    this.#endpoint = new CoapEndpoint({
      transport,
      clock,
      random,
      maxPayload: Math.min(maxPayload, limits.MAX_UPLOAD_BYTES),
      assembly: new Budget(limits.MAX_ASSEMBLY_BYTES),
      maxTransfers: limits.MAX_UPLOADS,
      maxTransfersPerPeer: limits.MAX_UPLOADS_PER_PEER,
      maxSeen: limits.MAX_SEEN,
      warn,
      handle: (request) => handleRequest(registration, request),
      onError: (error) => this.events.emit('fault', error),
      trace: (incoming, datagram, peer) => this.#trace(clock.now(), incoming, datagram, peer),
    });
    const ping = (peer: Peer, timeout: number): Promise<boolean> => this.#endpoint.ping(peer, timeout);
    const registration = { registry: this.registry, takeover: new Takeover({ registry: this.registry, guard: !takeover, ping, warn }), warn };
    this.#observations = new Observations(
      this.#endpoint,
      { blockSize, maxPayload },
      {
        notified: (observation, registration, message) => {
          this.registry.confirm(registration);
          const path = parsePath(observation.path, 'a notification', 1, 4);
          try {
            const { content } = readAnswer(message, path, this.#modelOf(registration)!);
            if (content) this.events.emit('notification', { registration, path: observation.path, content });
          } catch (error) {
            this.events.emit('observationError', observation, error as Error);
          }
        },
        failed: (observation, error) => this.events.emit('observationError', observation, error as Error),
        ended: (observation) => this.events.emit('observationError', observation, new Error('the device ended the observation')),
      },
    );
    this.#management = new Management(this.#endpoint, this.#observations, { blockSize, maxPayload });
  }

  /** The CoAP addresses, once started. */
  get coapAddresses(): { address: string; port: number }[] {
    return this.#endpoint.options.transport.addresses();
  }

  /** Rejects with Node's error (`code`, `address`, `port`) if a port is not available. */
  start(): Promise<void> {
    return this.#endpoint.start();
  }

  async stop(): Promise<void> {
    this.registry.clear();
    await this.#endpoint.stop();
  }

  // All operations below reject with UnknownClientError, InvalidRequestError (nothing was sent), or one of coap/errors.ts; a refusal of the
  // device is an answer. Paths are texts such as "/3/0/9".

  async read(endpoint: string, path: string, options?: OperationOptions): Promise<ReadAnswer> {
    const ids = parsePath(path, 'Read', 1, 4);
    const target = this.#target(endpoint);
    const answer = await this.#management.read(target, ids, options);
    this.registry.confirm(target.registration);
    return answer;
  }

  /** `input`: a value, several (array, Map or record by resource instance), for an instance a record by resource id, or a node. */
  async write(
    endpoint: string,
    path: string,
    input: Input,
    { replace = true, ...options }: OperationOptions & { replace?: boolean } = {},
  ): Promise<Answer> {
    const ids = parsePath(path, 'Write', 2, 4);
    return this.#heard(endpoint, (target) => this.#management.write(target, ids, makeNode(ids, input, target.model), replace, options));
  }

  /** May also reject with ArgumentsError. */
  async execute(endpoint: string, path: string, args?: ExecuteArguments | string, options?: OperationOptions): Promise<Answer> {
    const ids = parsePath(path, 'Execute', 3, 3);
    return this.#heard(endpoint, (target) => this.#management.execute(target, ids, args, options));
  }

  /** `path` is the object, or an instance with the requested id. `input`: a record by resource id, or a node. */
  async create(endpoint: string, path: string, input: Input = {}, options?: OperationOptions): Promise<Answer & { location?: string }> {
    const [object, id] = parsePath(path, 'Create', 1, 2);
    return this.#heard(endpoint, async (target) => {
      const instance = makeNode([object, id ?? -1], input, target.model) as ObjectInstance;
      const wanted = id ?? instance.id;
      const answer = await this.#management.create(target, [object], { ...instance, id: wanted }, options);
      // The device may name the created instance; otherwise it is the requested one.
      const made = takePath(`/${answer.location ?? ''}`);
      const number = made?.length === 2 && made[0] === object ? made[1] : wanted;
      if (answer.success && number !== undefined) this.registry.learn(target.registration, object, number, true);
      return answer;
    });
  }

  async delete(endpoint: string, path: string, options?: OperationOptions): Promise<Answer> {
    const ids = parsePath(path, 'Delete', 2, 4);
    return this.#heard(endpoint, async (target) => {
      const answer = await this.#management.delete(target, ids, options);
      if (answer.success && ids.length === 2) this.registry.learn(target.registration, ids[0]!, ids[1]!, false);
      return answer;
    });
  }

  async discover(endpoint: string, path: string, options?: OperationOptions): Promise<Answer & { links?: Link[] }> {
    const ids = parsePath(path, 'Discover', 1, 3);
    return this.#heard(endpoint, (target) => this.#management.discover(target, ids, options));
  }

  async writeAttributes(endpoint: string, path: string, attributes: Attributes, options?: OperationOptions): Promise<Answer> {
    const ids = parsePath(path, 'Write-Attributes', 1, 4);
    return this.#heard(endpoint, (target) => this.#management.writeAttributes(target, ids, attributes, options));
  }

  async observe(endpoint: string, path: string, options?: OperationOptions): Promise<ObserveAnswer> {
    const ids = parsePath(path, 'Observe', 1, 4);
    return this.#heard(endpoint, (target) => this.#management.observe(target, ids, options));
  }

  /** Cancels an observation at the device. Returns undefined if there is none. */
  async cancelObservation(endpoint: string, path: string, options?: OperationOptions): Promise<ReadAnswer | undefined> {
    const ids = parsePath(path, 'Cancel', 1, 4);
    return this.#heard(endpoint, (target) => this.#management.cancel(target, ids, options));
  }

  /** Forgets the observation. The device's next notification is answered by a Reset. Returns whether there was one. */
  dropObservation(endpoint: string, path: string): boolean {
    return this.#observations.drop(this.#target(endpoint).registration, path) > 0;
  }

  observationsOf(endpoint: string): Observation[] {
    return this.#observations.of(this.#target(endpoint).registration);
  }

  /** Definitions of a client's objects. Throws UnknownClientError. */
  modelOf(endpoint: string): Model {
    return this.#target(endpoint).model;
  }

  /** Sends a request to the client. A client that answers is confirmed as real. */
  async #heard<T>(endpoint: string, ask: (target: Target) => Promise<T>): Promise<T> {
    const target = this.#target(endpoint);
    const answer = await ask(target);
    this.registry.confirm(target.registration);
    return answer;
  }

  #target(endpoint: string): Target {
    const registration = this.registry.byEndpoint(endpoint);
    if (!registration) throw new UnknownClientError(`No registered client with id '${endpoint}'`);
    let cancellation = this.#leaving.get(registration.id);
    if (!cancellation) this.#leaving.set(registration.id, (cancellation = new Cancellation()));
    return { registration, model: this.#modelOf(registration)!, cancellation };
  }

  #modelOf(registration: Registration | undefined): Model | undefined {
    return registration && new ClientModel(this.objects, registration);
  }

  #trace(now: number, incoming: boolean, datagram: Uint8Array, peer: Peer): void {
    const registration = this.registry.byPeer(peer);
    const describe = this.log.add(now, incoming, datagram, peer, registration?.endpoint, registration?.rootPath ?? '/');
    if (this.events.listenerCount('coaplog') > 0) this.events.emit('coaplog', describe());
  }
}
