/** Access control: LwM2M 1.0.2 section 7.3. It is in force only where there is more than one server (7.3.2). */
import { FEATURE_SERVERS } from '../features';
import { SERVER_SSID } from './model';
import type { Client } from './model';

/**
 * May the server at hand do `right` (ACCESS_…) on an instance, or on creating instances of an object (instance 65535)? Without object 2
 * everything is common to all servers but their accounts: an instance of object 1 is its own server's (E.2).
 */
export function isAllowed(c: Client, object: number, instance: number, right: number): boolean {
  const s = c._peer;
  const a = c._access;
  return !FEATURE_SERVERS || c._servers.length < 2 || (a ? (a.rights(a, object, instance, s._values[SERVER_SSID] as number) & right) > 0 : object !== 1 || instance === s._instance);
}
