/** What the console knows: clients, definitions, values, observations. Views listen for what changes, and hear what changed. */
import { api } from './api.js';

const NUMERIC = ['INTEGER', 'UNSIGNED_INTEGER', 'FLOAT'];
/** points of a chart */
const MAX_POINTS = 3000;
/** resources whose values are kept over time, of all clients */
const MAX_HISTORIES = 1000;

/** What the page shows of a registration. The links are by far the most of it. */
function keepOf({ objectLinks, additionalRegistrationAttributes, ...client }) {
  return client;
}

/**
 * Events, with `detail` { endpoint, path }: "members" (clients came or went), "registration" (of a client, it changed or went), "client" (its
 * definitions or observations are other ones), "value", "observed" and "attributes" of a path.
 */
class Store extends EventTarget {
  /** Endpoint → registration, in the order of registration */
  clients = new Map();
  /** Endpoint → object id → definition */
  specs = new Map();
  /** Endpoint → path of a resource → { type, value or values, note, at } */
  values = new Map();
  /** Endpoint → observed paths */
  observed = new Map();
  /** Endpoint → path → attributes that the device reported */
  attributes = new Map();
  /** Endpoint → path of a resource → { times, series: instance id → numbers } */
  history = new Map();
  /** the client whose values stay when it leaves */
  shown = undefined;
  #histories = 0;
  /** Endpoint → what came while the list was on its way, null for one that left */
  #late = undefined;

  /** Asks for the list anew; its pages show as they come. */
  async reload() {
    // Who comes and goes while the list is on its way is not in it, or is no more.
    const late = (this.#late = new Map());
    const listed = new Set();
    try {
      for await (const page of api.clients()) {
        if (this.#late !== late) return;
        for (const client of page) {
          listed.add(client.endpoint);
          const newer = late.get(client.endpoint);
          if (newer !== null) this.#put(client.endpoint, { ...keepOf(client), ...newer });
        }
        this.#tell('members');
      }
      if (this.#late !== late) return;
      for (const endpoint of [...this.clients.keys()]) if (!listed.has(endpoint) && !late.get(endpoint)) this.#drop(endpoint);
    } finally {
      if (this.#late === late) this.#late = undefined;
    }
    this.#tell('members');
    for (const endpoint of this.specs.keys()) if (this.clients.has(endpoint)) await this.load(endpoint);
  }

  /** Definitions and observations of a client. */
  async load(endpoint) {
    const [specs, observations] = await Promise.all([api.specs(endpoint), api.observations(endpoint)]);
    this.specs.set(endpoint, new Map(specs.map((spec) => [spec.id, spec])));
    this.observed.set(endpoint, new Set(observations.map(({ path }) => path)));
    this.#tell('client', endpoint);
  }

  registered(registration) {
    const { endpoint } = registration;
    const client = keepOf(registration);
    // the newest stands last
    if (this.clients.get(endpoint)?.registrationId !== client.registrationId) {
      this.#drop(endpoint);
      this.#clear(endpoint);
    }
    this.#put(endpoint, client);
    this.#late?.set(endpoint, client);
    this.#tell('members', endpoint);
    if (this.specs.has(endpoint)) this.load(endpoint).catch(() => {});
  }

  updated({ registration, update }) {
    const { endpoint } = registration;
    const known = this.clients.get(endpoint);
    // what the Update did not change is not in it
    const changes = keepOf(registration);
    this.#late?.set(endpoint, { ...this.#late.get(endpoint), ...changes });
    this.#put(endpoint, { ...known, ...changes });
    if (!known) this.#tell('members', endpoint);
    if (update.objectLinks && this.specs.has(endpoint)) this.load(endpoint).catch(() => {});
  }

  left({ endpoint, registrationId, reason }) {
    // a server that stops ends all registrations; whether the clients are there the next one knows
    if (reason === 'stopped') return;
    // the earlier registration of a client that came again
    if (this.clients.get(endpoint)?.registrationId !== registrationId) return;
    this.#late?.set(endpoint, null);
    this.#drop(endpoint);
    this.#tell('members', endpoint);
  }

  /** The page shows another client. Data of a client that has left is dropped. */
  show(endpoint) {
    const before = this.shown;
    this.shown = endpoint;
    if (before !== undefined && before !== endpoint && !this.clients.has(before)) this.#forget(before);
  }

  /** A notification. A value that is too large for an event is omitted. */
  notified({ ep, res, val, omitted }) {
    const known = this.valueOf(ep, res);
    if (omitted && known) this.#set(ep, res, { ...known, note: `there is a newer value: ${omitted}; click Read` });
    else this.keep(ep, res, val);
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

  /** The nearest path above `path` whose observation covers it. */
  observedAbove(endpoint, path) {
    const parts = path.split('/');
    for (let length = parts.length - 1; length > 1; length--) {
      const above = parts.slice(0, length).join('/');
      if (this.isObserved(endpoint, above)) return above;
    }
    return undefined;
  }

  /** Stores the result of a Discover: the attributes of each path. */
  setAttributes(endpoint, links) {
    const known = this.#of(this.attributes, endpoint);
    for (const { url, attributes } of links) {
      if (Object.keys(attributes).length) known.set(url, attributes);
      else known.delete(url);
      this.#tell('attributes', endpoint, url);
    }
  }

  attributesOf(endpoint, path) {
    return this.attributes.get(endpoint)?.get(path) ?? {};
  }

  /** Stores a value that was read or notified. */
  keep(endpoint, path, node) {
    if (!node || typeof node !== 'object') return;
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
      this.#set(endpoint, resource, { type: node.type, values, note: node.note });
    } else
      this.#set(endpoint, path, {
        type: node.type,
        note: node.note,
        ...(node.kind === 'multiResource' ? { values: node.values ?? {} } : { value: node.value }),
      });
  }

  valueOf(endpoint, path) {
    return this.values.get(endpoint)?.get(path);
  }

  historyOf(endpoint, path) {
    return this.history.get(endpoint)?.get(path);
  }

  #put(endpoint, client) {
    const known = this.clients.get(endpoint);
    if (known && known.registrationId !== client.registrationId) this.#clear(endpoint);
    this.clients.set(endpoint, client);
    this.#tell('registration', endpoint);
  }

  #drop(endpoint) {
    if (!this.clients.delete(endpoint)) return;
    const paths = this.observed.get(endpoint) ?? [];
    this.observed.delete(endpoint);
    this.#tell('registration', endpoint);
    for (const path of paths) this.#tell('observed', endpoint, path);
    if (endpoint !== this.shown) this.#forget(endpoint);
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
    let history = histories.get(path);
    if (!history) {
      if (this.#histories >= MAX_HISTORIES && endpoint !== this.shown) return;
      histories.set(path, (history = { times: [], series: new Map() }));
      this.#histories++;
    }
    history.times.push(Date.now() / 1000);
    for (const id of Object.keys(values))
      if (!history.series.has(id))
        history.series.set(
          id,
          history.times.slice(1).map(() => null),
        );
    // anything but a number is a gap
    for (const [id, numbers] of history.series) numbers.push(id in values && Number.isFinite(Number(values[id] ?? NaN)) ? Number(values[id]) : null);
    if (history.times.length > MAX_POINTS) for (const list of [history.times, ...history.series.values()]) list.shift();
  }

  #of(map, endpoint) {
    if (!map.has(endpoint)) map.set(endpoint, new Map());
    return map.get(endpoint);
  }

  #clear(endpoint) {
    this.observed.delete(endpoint);
    this.values.delete(endpoint);
    this.attributes.delete(endpoint);
  }

  #forget(endpoint) {
    this.#clear(endpoint);
    this.specs.delete(endpoint);
    this.#histories -= this.history.get(endpoint)?.size ?? 0;
    this.history.delete(endpoint);
  }

  #tell(name, endpoint, path) {
    this.dispatchEvent(new CustomEvent(name, { detail: { endpoint, path } }));
  }
}

export const store = new Store();
export const isNumeric = (type) => NUMERIC.includes(String(type).toUpperCase());
