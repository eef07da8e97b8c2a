/**
 * Types of an object's values. A generated module describes each resource, as in `9: 'R integer'`; these types derive the type of its
 * value from that. Types only: nothing remains at run time.
 */
import type { Arguments } from '../lwm2m/model';
import type { Bytes } from '../wire/numbers';
import type { Multiple, Value } from '../formats/value';

/** Operations and type by resource id, with a star for a multiple resource; `E` for an executable one. For a hand-written object nothing is known. */
export interface Unknown {
  [resource: number]: string;
}

/** An Integer, Unsigned or Time: a number within ±(2^53 - 1); beyond that eight bytes, big-endian. */
export type Whole = number | Bytes;

interface TypesByName {
  none: Value;
  string: string;
  integer: Whole;
  unsigned: Whole;
  time: Whole;
  float: number;
  boolean: boolean;
  opaque: Bytes;
  objlnk: string;
  corelnk: string;
}

/** The values of a multiple resource: a list, or by instance id. */
export type Several<V> = V[] | ({ [instance: number]: V } & object);

/** The value of a resource described by `D`. */
export type ValueOf<D> = string extends D
  ? Value | Multiple
  : D extends `${string} ${infer N}*`
    ? Several<TypesByName[N & keyof TypesByName]>
    : D extends `${string} ${infer N}`
      ? TypesByName[N & keyof TypesByName]
      : never;

/** A function whose parameter may be narrower than its arguments: a handler for numbers need not consider eight bytes. */
type Provider<V> = { call(given?: V): V | undefined | void }['call'];

/**
 * A resource of an instance: its value, or a function. The function of an executable resource gets the arguments of the Execute,
 * and may return a CoAP code from 128 on to refuse. Any other function returns the value when called without an argument (undefined:
 * the resource is absent), and gets the new value when that is written.
 */
export type ResourceOf<D> = string extends D ? Value | Multiple | ((given?: any) => unknown) : D extends 'E' ? (args: Arguments) => unknown : ValueOf<D> | Provider<ValueOf<D>>;

/** The resources of an instance, by id. `T`: the `Types` of a generated module. */
export type ResourcesOf<T> = { [R in keyof T]?: ResourceOf<T[R]> };

/** By instance id. */
export interface InstancesOf<T> {
  [instance: number]: ResourcesOf<T>;
}

/** Resources with a value. */
export type Valued<T> = { [R in keyof T]: T[R] extends 'E' ? never : R }[keyof T];
