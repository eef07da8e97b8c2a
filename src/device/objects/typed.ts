/**
 * What the compiler knows of an object: a generated module says of each resource what its table says, as `9: 'R integer'`, and here that
 * becomes the type of its value. Types only: nothing of it is left when a program runs.
 */
import type { Arguments } from '../lwm2m/model';
import type { Bytes } from '../wire/numbers';
import type { Multiple, Value } from '../formats/value';

/** By resource id: operations and type, a star where it has several instances; `E` for one that is executed. Of an object that was written by hand, nothing is known. */
export interface Unknown {
  [resource: number]: string;
}

/** An Integer, Unsigned or Time: a number up to ±(2^53 - 1); beyond that its eight bytes, big-endian. */
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

/** The values of a resource with several instances: a list, or by instance id. */
export type Several<V> = V[] | ({ [instance: number]: V } & object);

/** The value of a resource that is described by `D`. */
export type ValueOf<D> = string extends D
  ? Value | Multiple
  : D extends `${string} ${infer N}*`
    ? Several<TypesByName[N & keyof TypesByName]>
    : D extends `${string} ${infer N}`
      ? TypesByName[N & keyof TypesByName]
      : never;

/** A function, which may say less of what it takes than it is given: a handler for numbers need not think of eight bytes. */
type Provider<V> = { call(given?: V): V | undefined | void }['call'];

/**
 * What stands under a resource: its value, or a function. A function of an executable resource is called with the arguments of
 * the Execute, and may refuse with a CoAP code (a number from 128 on). Any other is called with nothing to read (undefined: the
 * resource is absent now), and with the new value where that is written.
 */
export type ResourceOf<D> = string extends D ? Value | Multiple | ((given?: any) => unknown) : D extends 'E' ? (args: Arguments) => unknown : ValueOf<D> | Provider<ValueOf<D>>;

/** The resources of an instance, by id. `T` is the `Types` of a generated module. */
export type ResourcesOf<T> = { [R in keyof T]?: ResourceOf<T[R]> };

/** By instance id. */
export interface InstancesOf<T> {
  [instance: number]: ResourcesOf<T>;
}

/** Those that have a value. */
export type Valued<T> = { [R in keyof T]: T[R] extends 'E' ? never : R }[keyof T];
