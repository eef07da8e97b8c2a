/** What applications make objects of: `import { object, set, Temperature } from 'wixt/objects'`. What is not used costs nothing. */
export * from './generated/index';
export { get, object, set } from './stored';
export type { Instances, Model, Resource, Resources, StoredObject, StoredOptions } from './stored';
export type { InstancesOf, ResourceOf, ResourcesOf, Several, Unknown, Valued, ValueOf, Whole } from './typed';
export { pollObjects } from './poll';
export type { Later, Teller } from './poll';
export * from './access-control';
export { ACCESS_CREATE, ACCESS_DELETE, ACCESS_EXECUTE, ACCESS_READ, ACCESS_WRITE } from '../lwm2m/model';
export * from './connectivity-monitoring';
export * from './connectivity-statistics';
export * from './device';
export * from './firmware-update';
export * from './location';
export * from './portfolio';
export * from './sensor';
