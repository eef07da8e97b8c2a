/** Resource data types and operations, as an object's table and the host's definitions number them (LwM2M 1.0.2 appendix C). */

export const TYPE_NONE = 0;
export const TYPE_STRING = 1;
export const TYPE_INTEGER = 2;
export const TYPE_UNSIGNED = 3;
export const TYPE_FLOAT = 4;
export const TYPE_BOOLEAN = 5;
export const TYPE_OPAQUE = 6;
export const TYPE_TIME = 7;
export const TYPE_OBJLNK = 8;
export const TYPE_CORELNK = 9;

/** These bits of String and of Corelnk, and of no other type, are TYPE_STRING: both are text in every format. */
export const TYPE_TEXT = 7;

export const META_TYPE = 15;
export const META_READ = 16;
export const META_WRITE = 32;
export const META_EXECUTE = 64;
export const META_MULTIPLE = 128;
export const META_MANDATORY = 256;
