/** Access control: LwM2M 1.0.2 section 7.3. It is in force only where there is more than one server (7.3.2). */
import { FEATURE_SERVERS } from '../features';
import { SERVER_SSID } from './model';
import type { Client } from './model';

/** May `s` do `right` (ACCESS_…) on an instance, or on creating instances of an object (instance 65535)? Object 1 is each server's own. */
export function isAllowed(c: Client, object: number, instance: number, right: number): boolean {
  const s = c._peer;
  const a = c._access;
  return !FEATURE_SERVERS || !a || c._servers.length < 2 || (a.rights(a, object, instance, s._values[SERVER_SSID] as number) & right) > 0;
}
