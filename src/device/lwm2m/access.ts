/** Access control: LwM2M 1.0.2 section 7.3. It applies only with several servers (7.3.2). */
import { FEATURE_SERVERS } from '../features';
import { SERVER_SSID } from './model';
import type { Client } from './model';

/**
 * Whether the current server has `right` (ACCESS_…) on an instance, or may create instances of an object (instance 65535). Without object 2
 * servers share everything except their accounts: each may access only its own instance of object 1 (E.2).
 */
export function isAllowed(c: Client, object: number, instance: number, right: number): boolean {
  const s = c._peer;
  const a = c._access;
  return !FEATURE_SERVERS || c._servers.length < 2 || (a ? (a.rights(a, object, instance, s._values[SERVER_SSID] as number) & right) > 0 : object !== 1 || instance === s._instance);
}
