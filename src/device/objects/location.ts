/** Object 6, Location: LwM2M 1.0.2 E.7. */
import { ALTITUDE, LATITUDE, LONGITUDE, model, RADIUS, SPEED, TIMESTAMP, VELOCITY } from './generated/location';
import type { Types } from './generated/location';
import type { Teller } from './poll';
import { object } from './stored';
import type { Resources, StoredObject } from './stored';
import type { Place, Position } from '../hal/place';
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

/** Stores a position whole: unknown values become absent. */
function putPosition(all: Resources, at: Position): void {
  all[LATITUDE] = at.latitude as number;
  all[LONGITUDE] = at.longitude as number;
  all[TIMESTAMP] = at.time as number;
  all[ALTITUDE] = at.altitude as number;
  all[RADIUS] = at.radius as number;
  all[SPEED] = at.speed as number;
}

/** Creates the object from a first fix. Omitted optional resources are absent. */
export function location(at: Fix): StoredObject<Types> {
  const all: Resources = {};
  put(all, at);
  return object(model(), { 0: all });
}

/** Creates the object for `takePlace`: all of its resources are absent until the first fix. */
export function locationOf(into: Position): StoredObject<Types> {
  // Each has a value for a moment: an object has the resources that it is created with.
  const o = location({ latitude: 0, longitude: 0, timestamp: 0, altitude: 0, radius: 0, speed: 0 });
  into.latitude = into.longitude = into.time = into.altitude = into.radius = into.speed = undefined;
  putPosition(o._values[0], into);
  return o;
}

/**
 * Takes the fix that `place` has now into `into` and shows it: all values change at once and are notified once. Values that the fix
 * lacks become absent. Returns false, and changes nothing, without a fix of known time: the last one stays, with its timestamp.
 */
export function takePlace(d: Teller, o: StoredObject<Types>, place: Place, into: Position): boolean {
  const all = o._values[0];
  const at = place.sample(into);
  if (!at || at.latitude === undefined || at.longitude === undefined || at.time === undefined) return false;
  // Object 6 counts whole seconds.
  at.time = Math.floor(at.time);
  if (all[TIMESTAMP] === at.time && all[LATITUDE] === at.latitude && all[LONGITUDE] === at.longitude && all[ALTITUDE] === at.altitude) return true;
  putPosition(all, at);
  d.changed(o.id, 0, -1);
  return true;
}

/** Takes a new fix: all values change at once and are notified once. */
export function moveTo(d: Teller, o: StoredObject<Types>, at: Fix): void {
  put(o._values[0], at);
  d.changed(o.id, 0, -1);
}
