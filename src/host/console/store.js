/** What the console knows: clients, definitions, values, observations. Views listen for what changes. */
import { api } from './api.js';

const NUMERIC = ['INTEGER', 'UNSIGNED_INTEGER', 'FLOAT'];
/** points of a chart */
const MAX_POINTS = 3000;

class Store extends EventTarget {
  /** endpoint → registration, in the order of registration */
  clients = new Map();
  /** endpoint → object id → definition */
  specs = new Map();
  /** endpoint → path of a resource → { type, value or values, at } */
  values = new Map();
  /** endpoint → observed paths */
  observed = new Map();
  /** endpoint → path of a resource → { times, series: instance id → numbers } */
  history = new Map();
  /** endpoint → registration, or null for one that left, since the list was last asked for */
  #late = new Map();

  async reload() {
    // Who comes and goes while the list is on its way is not in it, or is no more.
    const late = (this.#late = new Map());
    const list = await api.clients();
    const before = this.clients;
    this.clients = new Map(list.map((client) => [client.endpoint, client]));
    for (const [endpoint, client] of late) {
      if (client) this.clients.set(endpoint, { ...this.clients.get(endpoint), ...client });
      else this.clients.delete(endpoint);
    }
    for (const { endpoint, registrationId } of this.clients.values()) if (before.get(endpoint)?.registrationId !== registrationId) this.#clear(endpoint);
    this.#tell('clients');
    for (const endpoint of this.clients.keys()) if (this.specs.has(endpoint)) await this.load(endpoint);
  }

  /** Definitions and observations of a client. */
  async load(endpoint) {
    const [specs, observations] = await Promise.all([api.specs(endpoint), api.observations(endpoint)]);
    this.specs.set(endpoint, new Map(specs.map((spec) => [spec.id, spec])));
    this.observed.set(endpoint, new Set(observations.map(({ path }) => path)));
    this.#tell('client', endpoint);
  }

  registered(client) {
    this.clients.set(client.endpoint, client);
    this.#late.set(client.endpoint, client);
    this.#clear(client.endpoint);
    this.#tell('clients');
    if (this.specs.has(client.endpoint)) this.load(client.endpoint).catch(() => {});
  }

  updated({ registration, update }) {
    // what the Update did not change is not in it
    const client = { ...this.clients.get(registration.endpoint), ...registration };
    this.clients.set(registration.endpoint, client);
    this.#late.set(registration.endpoint, client);
    this.#tell('clients');
    if (update.objectLinks && this.specs.has(registration.endpoint)) this.load(registration.endpoint).catch(() => {});
    else this.#tell('registration', registration.endpoint);
  }

  left({ endpoint, registrationId }) {
    // the earlier registration of a client that came again
    if (this.clients.get(endpoint)?.registrationId !== registrationId) return;
    this.clients.delete(endpoint);
    this.#late.set(endpoint, null);
    this.observed.delete(endpoint);
    this.#tell('clients');
    this.#tell('client', endpoint);
  }

  notified({ ep, res, val }) {
    this.keep(ep, res, val);
  }

  setObserved(endpoint, path, on) {
    const paths = this.observed.get(endpoint) ?? new Set();
    this.observed.set(endpoint, paths);
    if (on) paths.add(path);
    else paths.delete(path);
    this.#tell('observed', endpoint, path);
  }

  isObserved(endpoint, path) {
    return this.observed.get(endpoint)?.has(path) ?? false;
  }

  /** Keeps what was read at a path, or came in a notification. */
  keep(endpoint, path, node) {
    if (!node) return;
    const ids = path.split('/').slice(1).map(Number);
    if (node.kind === 'obj') for (const instance of node.instances) this.keep(endpoint, `/${node.id}/${instance.id}`, instance);
    else if (node.kind === 'instance') {
      const present = new Set(node.resources.map(({ id }) => `${path}/${id}`));
      for (const known of this.#of(this.values, endpoint).keys())
        if (known.startsWith(`${path}/`) && !present.has(known)) this.#set(endpoint, known, undefined);
      for (const resource of node.resources) this.keep(endpoint, `${path}/${resource.id}`, resource);
    } else if (node.kind === 'resourceInstance') {
      const resource = `/${ids.slice(0, 3).join('/')}`;
      const values = { ...this.#of(this.values, endpoint).get(resource)?.values, [node.id]: node.value };
      this.#set(endpoint, resource, { type: node.type, values });
    } else
      this.#set(endpoint, path, node.kind === 'multiResource' ? { type: node.type, values: node.values } : { type: node.type, value: node.value });
  }

  valueOf(endpoint, path) {
    return this.values.get(endpoint)?.get(path);
  }

  historyOf(endpoint, path) {
    return this.history.get(endpoint)?.get(path);
  }

  #set(endpoint, path, value) {
    const values = this.#of(this.values, endpoint);
    if (value === undefined) values.delete(path);
    else {
      values.set(path, { ...value, at: Date.now() });
      if (NUMERIC.includes(value.type)) this.#record(endpoint, path, value.values ?? { '': value.value });
    }
    this.#tell('value', endpoint, path);
  }

  #record(endpoint, path, values) {
    const histories = this.#of(this.history, endpoint);
    const history = histories.get(path) ?? { times: [], series: new Map() };
    histories.set(path, history);
    history.times.push(Date.now() / 1000);
    for (const id of Object.keys(values))
      if (!history.series.has(id))
        history.series.set(
          id,
          history.times.slice(1).map(() => null),
        );
    for (const [id, numbers] of history.series) numbers.push(id in values ? Number(values[id]) : null);
    if (history.times.length > MAX_POINTS) for (const list of [history.times, ...history.series.values()]) list.shift();
  }

  #of(map, endpoint) {
    if (!map.has(endpoint)) map.set(endpoint, new Map());
    return map.get(endpoint);
  }

  #clear(endpoint) {
    this.observed.delete(endpoint);
    this.values.delete(endpoint);
  }

  #tell(name, endpoint, path) {
    this.dispatchEvent(new CustomEvent(name, { detail: { endpoint, path } }));
  }
}

export const store = new Store();
export const isNumeric = (type) => NUMERIC.includes(String(type).toUpperCase());
