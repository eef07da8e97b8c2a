/**
 * What a build contains. The build replaces this module with the values of the board file (boards/<name>/board.ts), so that a
 * feature that is off leaves the bundle. The sources run with these values: everything on.
 */

/** Strings are UTF-16 and become UTF-8 on the wire. Off on Espruino, whose strings are bytes that typed arrays accept. */
export const FEATURE_UNICODE: boolean = true;
/** Text/plain (Content-Format 0). */
export const FEATURE_TEXT: boolean = true;
/** Opaque (Content-Format 42). */
export const FEATURE_OPAQUE: boolean = true;
/** Base64, for an opaque value in text/plain. */
export const FEATURE_BASE64: boolean = true;
/** Values of the types Opaque, Time, Objlnk and Unsigned, and integers beyond 2^53. */
export const FEATURE_RARE_TYPES: boolean = true;
/** Integers beyond 2^53 in text/plain, and floats below 1e-6 and from 1e21 on without exponent. Without it text/plain refuses such integers; TLV carries them. */
export const FEATURE_WIDE_TEXT: boolean = true;
/** Resources with several instances. */
export const FEATURE_MULTIPLE: boolean = true;
/** Write. */
export const FEATURE_WRITE: boolean = true;
/** Execute. */
export const FEATURE_EXECUTE: boolean = true;
/** Create and Delete. */
export const FEATURE_CREATE: boolean = true;
/** Discover. */
export const FEATURE_DISCOVER: boolean = true;
/** Observe, Notify, Cancel. */
export const FEATURE_OBSERVE: boolean = true;
/** Write-Attributes and their effect on notifications. */
export const FEATURE_ATTRIBUTES: boolean = true;
/** Read of a whole object. */
export const FEATURE_OBJECT_READ: boolean = true;
/** RFC 7959 Block2: large answers and notifications. */
export const FEATURE_BLOCK2: boolean = true;
/** RFC 7959 Block1: large writes. */
export const FEATURE_BLOCK1: boolean = true;
/** RFC 7959 Block1 in Register and Update: an object list longer than a block. */
export const FEATURE_REGISTER_BLOCK1: boolean = true;
/** Several servers, and enforcement of Access Control (object 2). */
export const FEATURE_SERVERS: boolean = true;
/** Object 1 is visible to servers, with Disable and Registration Update Trigger. */
export const FEATURE_SERVER_OBJECT: boolean = true;
/** The events "observed" and "cancelled" for the application. */
export const FEATURE_OBSERVE_EVENTS: boolean = true;


/** Functions that are not needed at rest lie in Storage and are loaded when they are called: scripts for boot on Espruino only. */
export const FEATURE_OVERLAYS: boolean = false;
/** The buffer of a block-wise body and the slots of observations are allocated on first use and kept: for thousands of clients in one process. */
export const FEATURE_LAZY: boolean = false;
/** The library may run when the firmware is built (XS: preload). What it creates then lies in flash, where buffers are read-only. */
export const FEATURE_PRELOAD: boolean = false;

/** Largest datagram, in bytes, that the board sends and receives. */
export const LIMIT_DATAGRAM: number = 1200;
/** Largest block (RFC 7959), in bytes: 16, 32, … 1024. */
export const LIMIT_BLOCK: number = 1024;
/** Largest body, in bytes, of a block-wise Write to a resource without a chunk handler; a larger one is 4.13. */
export const LIMIT_BODY: number = 2048;
/** Concurrent observations, of all servers. */
export const LIMIT_OBSERVATIONS: number = 16;
/** Paths with attributes of their own, of all servers. */
export const LIMIT_ATTRIBUTES: number = 16;
/** Remembered message ids of requests that must not run twice (RFC 7252 4.5), with the codes of their answers; at most 255. */
export const LIMIT_MIDS: number = 64;
/** Of these, answers with options (Location-Path, Block1) that are kept whole. */
export const LIMIT_DUPLICATES: number = 8;
/** Instances of an object that servers may create, and instances of a resource that they may write; more is 5.00. The application may add more. */
export const LIMIT_INSTANCES: number = 32;
/** Espruino: JsVars that must be free before work on a datagram or a deadline starts; 0 disables the check. */
export const LIMIT_RESERVE: number = 0;
/** Longest Location-Path, in bytes, that a server may assign; each segment counts one byte more. */
export const LIMIT_LOCATION: number = 128;
