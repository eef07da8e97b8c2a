/** The client, as betwixt has it: objects are enabled, given instances, and then registered. */
import { connect } from 'wixt';
import type { Device } from 'wixt';
import { makeObject, newNullEnabler } from './enabler';
import type { ObjectEnabler } from './enabler';
import type { LwM2mObject } from '../device/lwm2m/model';
import { OMA_OBJECT_LWM2M_DEVICE, OMA_OBJECT_LWM2M_SECURITY, OMA_OBJECT_LWM2M_SERVER } from './constants';
import type { Registry } from './registry';

/** An object that is enabled. */
export interface EnabledObject {
  /** Object id. */
  id: number;
  /** What the application does for it. */
  enabler: ObjectEnabler;
  /** Ascending. */
  instances: number[];
}

/** A client in the shape of betwixt's. */
export interface LWM2MClient {
  /**
   * Adds an object. Returns what is wrong: it is enabled already, or the registry does not know it. 0, 1 and 3 are enabled from the
   * start, and given their enabler by `setEnabler`.
   */
  enableObject(id: number, enabler: ObjectEnabler): string | undefined;
  /** Gives an object that is enabled another enabler. */
  setEnabler(id: number, enabler: ObjectEnabler): void;
  /** Returns what is wrong: there is no such object, or it has that instance. Before `register` only. */
  addObjectInstance(id: number, instance: number): string | undefined;
  /** `addObjectInstance` for each; what is wrong is not told. */
  addObjectInstances(id: number, ...instances: number[]): void;
  /** The registry that the client was made with. */
  getRegistry(): Registry;
  /** What `start` calls, once. */
  onStartup(fn: () => void): void;
  /** What is called when a registration fails; it is tried again, for ever. */
  onError(fn: () => void): void;
  /** Registers under this endpoint name, and keeps it so. */
  register(name: string): void;
  /** Says that a value has changed, which an enabler cannot know: those who observe it hear of it. */
  changed(id: number, instance: number, resource: number): void;
  /** Sends an Update. */
  update(): void;
  /** De-registers. */
  deregister(): void;
  /** Starts the client and calls what `onStartup` was given. */
  start(): void;
}

interface Running extends LWM2MClient {
  _local: string;
  _remote: string;
  _registry: Registry;
  _objects: EnabledObject[];
  _startup?: () => void;
  _error?: () => void;
  _device?: Device;
}

function find(c: LWM2MClient, id: number): EnabledObject | undefined {
  const list = (c as Running)._objects;
  let i = 0;
  while (i < list.length && list[i].id !== id) i++;
  return list[i];
}

function enableObject(this: LWM2MClient, id: number, enabler: ObjectEnabler): string | undefined {
  const c = this as Running;
  let wrong;
  if (find(c, id)) wrong = 'object ' + id + ' is enabled already';
  else if (!c._registry.getDefinition(id)) wrong = 'object ' + id + ' is not in the registry';
  else c._objects.push({ id: id, enabler: enabler, instances: [] });
  return wrong;
}

function setEnabler(this: LWM2MClient, id: number, enabler: ObjectEnabler): void {
  const o = find(this, id);
  if (o) o.enabler = enabler;
}

function addObjectInstance(this: LWM2MClient, id: number, instance: number): string | undefined {
  const o = find(this, id);
  if (!o) return 'object ' + id + ' is not enabled';
  const list = o.instances;
  const known = list.indexOf(instance) >= 0;
  let i = list.length;
  if (!known) {
    list.push(instance);
    for (; i && list[i - 1] > instance; i--) list[i] = list[i - 1];
    list[i] = instance;
  }
  return known ? 'there is an instance /' + id + '/' + instance + ' already' : undefined;
}

function addObjectInstances(this: LWM2MClient, id: number, ...instances: number[]): void {
  for (let i = 0; i < instances.length; i++) this.addObjectInstance(id, instances[i]);
}

function getRegistry(this: LWM2MClient): Registry {
  return (this as Running)._registry;
}

function onStartup(this: LWM2MClient, fn: () => void): void {
  (this as Running)._startup = fn;
}

function onError(this: LWM2MClient, fn: () => void): void {
  (this as Running)._error = fn;
}

function register(this: LWM2MClient, name: string): void {
  const c = this as Running;
  const objects: LwM2mObject[] = [];
  const accounts = find(c, OMA_OBJECT_LWM2M_SERVER)!.instances;
  let colon = c._local.length;
  while (colon && c._local.charAt(colon) !== ':') colon--;
  for (let i = 0; i < c._objects.length; i++) {
    const { id, enabler, instances } = c._objects[i];
    // 0 is nobody's to read, and 1 is the account that the client itself keeps, its lifetime and triggers included.
    if (id > OMA_OBJECT_LWM2M_SERVER) objects.push(makeObject(c._registry.getDefinition(id)!, enabler, instances));
  }
  c._device = connect({
    endpoint: name,
    servers: [{ uri: c._remote.indexOf('://') < 0 ? 'coap://' + c._remote : c._remote, instance: accounts.length ? accounts[0] : 0 }],
    objects: objects,
    address: c._local.slice(0, colon) || undefined,
    port: +c._local.slice(colon + 1) || undefined,
    onEvent: (_c, event, _ssid, detail) => {
      // With a path it is about a value, not about a registration.
      if (event === 'error' && typeof detail !== 'string' && c._error) c._error();
    },
  });
}

function changed(this: LWM2MClient, id: number, instance: number, resource: number): void {
  const d = (this as Running)._device;
  if (d) d.changed(id, instance, resource);
}

function update(this: LWM2MClient): void {
  const d = (this as Running)._device;
  if (d) d.update();
}

function deregister(this: LWM2MClient): void {
  const d = (this as Running)._device;
  if (d) d.stop();
}

function start(this: LWM2MClient): void {
  const startup = (this as Running)._startup;
  if (startup) startup();
}

/**
 * Makes a client for the server at `remote` (HOST:PORT, or a coap:// URI), which sends from `local` (ADDRESS:PORT, ":0" for any).
 * `name` is for people; the endpoint name comes with `register`.
 */
export function newLwm2mClient(_name: string, local: string, remote: string, registry: Registry): LWM2MClient {
  const c: Running = {
    _local: local,
    _remote: remote,
    _registry: registry,
    _objects: [],
    enableObject: enableObject,
    setEnabler: setEnabler,
    addObjectInstance: addObjectInstance,
    addObjectInstances: addObjectInstances,
    getRegistry: getRegistry,
    onStartup: onStartup,
    onError: onError,
    register: register,
    changed: changed,
    update: update,
    deregister: deregister,
    start: start,
  };
  c.enableObject(OMA_OBJECT_LWM2M_SECURITY, newNullEnabler());
  c.enableObject(OMA_OBJECT_LWM2M_SERVER, newNullEnabler());
  c.enableObject(OMA_OBJECT_LWM2M_DEVICE, newNullEnabler());
  return c;
}
