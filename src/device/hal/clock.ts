/** The seam between the pump and the board's clock. Types only. */

/**
 * Milliseconds since any start; fractions are allowed. The clock may be set while it runs: the pump detects jumps. ECMA-419 defines no
 * such function; the time of its real-time clock (`RTC`) is suitable.
 */
export type Clock = () => number;
