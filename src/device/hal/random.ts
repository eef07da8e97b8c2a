/** The seam for randomness. Types only. */

/**
 * A number from 0 up to 1, 1 excluded, with at least 32 bits that nobody can foretell: tokens and message ids are made of it, and
 * they are all that keeps a stranger from answering in the server's name when there is no security (RFC 7252 11.4). ECMA-419 has
 * no word for it; the language's own Math.random will do where the engine seeds it from hardware.
 */
export type Random = () => number;
