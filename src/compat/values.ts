/** The kinds of value: each function makes one value of one argument, and several (a resource with instances) of several. */

/** What stands in a message or an object. */
type One = string | number | boolean | Uint8Array;

/** A value as `Content` takes it. */
export interface Value {
  /** Undefined for Empty. */
  value: One | One[] | undefined;
}

function wrap(v: One[]): Value {
  return { value: v.length < 2 ? v[0] : v };
}

/** A text, or several. */
export function String(...v: string[]): Value {
  return wrap(v);
}

/** A whole number, or several. */
export function Integer(...v: number[]): Value {
  return wrap(v);
}

/** A number, or several. */
export function Float(...v: number[]): Value {
  return wrap(v);
}

/** The same: JavaScript's numbers have 64 bits. */
export function Float64(...v: number[]): Value {
  return wrap(v);
}

/** A truth value, or several. */
export function Boolean(...v: boolean[]): Value {
  return wrap(v);
}

/** Bytes, or several. */
export function Opaque(...v: Uint8Array[]): Value {
  return wrap(v);
}

/** Of dates, or of seconds since 1970. */
export function Time(...v: (Date | number)[]): Value {
  const seconds: number[] = [];
  for (let i = 0; i < v.length; i++) {
    const t = v[i];
    seconds.push(typeof t === 'number' ? t : Math.floor(t.getTime() / 1000));
  }
  return wrap(seconds);
}

/** "object:instance". */
export function ObjectLink(...v: string[]): Value {
  return wrap(v);
}

/** The values of a resource with several instances, which may be one or none. */
export function Multiple(...v: Value[]): Value {
  const all: One[] = [];
  for (let i = 0; i < v.length; i++) all.push(v[i].value as One);
  return { value: all };
}

/** The same as `Multiple`, by the name that betwixt has for integers. */
export function MultipleIntegers(...v: Value[]): Value {
  const all: One[] = [];
  for (let i = 0; i < v.length; i++) all.push(v[i].value as One);
  return { value: all };
}

/** No value: the resource is absent. */
export function Empty(): Value {
  return { value: undefined };
}
