/** Objects for applications: `import { object, set, Temperature } from 'wixt/objects'`. Unused ones cost nothing. */
export * from './generated/index';
export { get, object, set } from './stored';
export type { Instances, Model, Resource, Resources, StoredObject, StoredOptions } from './stored';
export type { InstancesOf, ResourceOf, ResourcesOf, Several, Unknown, Valued, ValueOf, Whole } from './typed';
export { pollObjects } from './poll';
export type { Later, Teller } from './poll';
export * from './access-control';
export { ACCESS_CREATE, ACCESS_DELETE, ACCESS_EXECUTE, ACCESS_READ, ACCESS_WRITE } from '../lwm2m/model';
/** Codes that a handler returns to refuse (RFC 7252 12.1.2): `onWrite: () => CODE_BAD_REQUEST`. */
export {
  CODE_BAD_REQUEST, CODE_FORBIDDEN, CODE_INTERNAL_SERVER_ERROR, CODE_METHOD_NOT_ALLOWED, CODE_NOT_ACCEPTABLE, CODE_NOT_FOUND, CODE_SERVICE_UNAVAILABLE, CODE_UNAUTHORIZED,
  CODE_UNSUPPORTED_CONTENT_FORMAT,
} from '../wire/coap';
/** For tables of hand-written objects: META_… of the operations that a server may perform, and TYPE_…. */
export {
  META_EXECUTE, META_MANDATORY, META_MULTIPLE, META_READ, META_WRITE, TYPE_BOOLEAN, TYPE_CORELNK, TYPE_FLOAT, TYPE_INTEGER, TYPE_NONE, TYPE_OBJLNK, TYPE_OPAQUE, TYPE_STRING, TYPE_TIME, TYPE_UNSIGNED,
} from '../formats/types';
export * from './connectivity-monitoring';
export * from './connectivity-statistics';
export * from './device';
export * from './firmware-update';
export { follow, takeSamples } from './follow';
export type { Followed, Shown } from './follow';
export * from './location';
export * from './portfolio';
export * from './sensor';
