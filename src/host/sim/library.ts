/**
 * A board's bundle as the simulator uses it: its public names, which the minifier does not change. The host may not import the device's sources, and
 * the simulator must not: it drives the bundle.
 */

/** One value, or several by instance. */
export type Value = string | number | boolean | Uint8Array;
export type Values = Value | Value[] | Record<string, Value>;

export interface LwM2mObject {
  id: number;
  version?: string;
  /** [resource id, meta, …], in the layout of src/device/formats/types.ts. */
  table: Uint16Array;
  instances: number[];
  read(o: LwM2mObject, instance: number, resource: number): Values | undefined;
  write?(o: LwM2mObject, instance: number, resource: number, value: Values, replace: boolean): number | void;
  chunk?(o: LwM2mObject, instance: number, resource: number, data: Uint8Array, offset: number, more: boolean): number | void;
  clear?(o: LwM2mObject, instance: number): void;
  execute?(o: LwM2mObject, instance: number, resource: number, args: Record<string, string | null>): number | void;
  create?(o: LwM2mObject, instance: number): number | void;
  remove?(o: LwM2mObject, instance: number): number | void;
  /** Returns the handlers of an object with shared handlers. */
  handlers?: ((o: LwM2mObject) => Partial<LwM2mObject>) | undefined;
}

export interface Account {
  uri: string;
  ssid?: number;
  lifetime?: number;
}

export interface ConnectOptions {
  endpoint: string;
  server?: string;
  lifetime?: number;
  servers?: Account[];
  objects: LwM2mObject[];
  onEvent?(client: object, name: string, ssid: number, detail?: number | string): void;
}

/** What `connect` returns. */
export interface Device {
  client: object;
  changed(object: number, instance: number, resource: number): void;
  update(): void;
  stop(): void;
}

export interface Library {
  connect(options: ConnectOptions): Device;
  addInstance(client: object, o: LwM2mObject, instance: number): void;
  removeInstance(client: object, o: LwM2mObject, instance: number): void;
}
