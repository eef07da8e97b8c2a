/** Resource data types and operations, as numbered in an object's table and the host's definitions (LwM2M 1.0.2 appendix C). */

/** No value: an executable resource. */
export const TYPE_NONE = 0;
/** A text. */
export const TYPE_STRING = 1;
/** A signed whole number. */
export const TYPE_INTEGER = 2;
/** An unsigned whole number (LwM2M 1.1). */
export const TYPE_UNSIGNED = 3;
/** A number. */
export const TYPE_FLOAT = 4;
/** True or false. */
export const TYPE_BOOLEAN = 5;
/** Bytes. */
export const TYPE_OPAQUE = 6;
/** Seconds since 1970. */
export const TYPE_TIME = 7;
/** Object and instance, "3:0". */
export const TYPE_OBJLNK = 8;
/** Links in the format of RFC 6690 (LwM2M 1.1). */
export const TYPE_CORELNK = 9;

/** Masks TYPE_STRING out of String and Corelnk, and of no other type: both are text in every format. */
export const TYPE_TEXT = 7;

export const META_TYPE = 15;
/** A server may read it. */
export const META_READ = 16;
/** A server may write it. */
export const META_WRITE = 32;
/** A server may execute it. */
export const META_EXECUTE = 64;
/** It may have several instances. */
export const META_MULTIPLE = 128;
/** The definition requires it. */
export const META_MANDATORY = 256;
