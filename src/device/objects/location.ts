/** Object 6, Location: LwM2M 1.0.2 E.7. */
import { ALTITUDE, LATITUDE, LONGITUDE, model, RADIUS, SPEED, TIMESTAMP, VELOCITY } from './generated/location';
import type { Types } from './generated/location';
import type { Teller } from './poll';
import { object } from './stored';
import type { Resources, StoredObject } from './stored';
import type { Bytes } from '../wire/numbers';

/** A position fix. */
export interface Fix {
  /** Degrees, WGS 84; north is positive. */
  latitude: number;
  /** Degrees, WGS 84; east is positive. */
  longitude: number;
  /** Seconds since 1970. */
  timestamp: number;
  /** Altitude in m above the ellipsoid. */
  altitude?: number;
  /** Uncertainty in m. */
  radius?: number;
  /** m/s. */
  speed?: number;
  /** Encoded as in 3GPP TS 23.032. */
  velocity?: Bytes;
}

function put(all: Resources, at: Fix): void {
  all[LATITUDE] = at.latitude;
  all[LONGITUDE] = at.longitude;
  all[TIMESTAMP] = at.timestamp;
  if (at.altitude !== undefined) all[ALTITUDE] = at.altitude;
  if (at.radius !== undefined) all[RADIUS] = at.radius;
  if (at.speed !== undefined) all[SPEED] = at.speed;
  if (at.velocity !== undefined) all[VELOCITY] = at.velocity;
}

/** Creates the object from a first fix. Omitted optional resources are absent. */
export function location(at: Fix): StoredObject<Types> {
  const all: Resources = {};
  put(all, at);
  return object(model(), { 0: all });
}

/** Takes a new fix: all values change at once and are notified once. */
export function moveTo(d: Teller, o: StoredObject<Types>, at: Fix): void {
  put(o._values[0], at);
  d.changed(o.id, 0, -1);
}
