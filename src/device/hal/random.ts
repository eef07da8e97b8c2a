/** The interface to a random number generator. Types only. */

/**
 * Returns a number in [0, 1) with at least 32 unpredictable bits. Tokens and message ids are made from it: without security, they
 * alone prevent others from answering in the server's name (RFC 7252 11.4). ECMA-419 defines no such function; Math.random is
 * suitable if the engine seeds it from hardware.
 */
export type Random = () => number;
