/** The seam between the pump and the board's clock. Types only. */

/**
 * Milliseconds from any beginning; fractions are allowed. It may be set while it runs: the pump tells a jump from time that
 * passed. ECMA-419 has no word for it; the time of its real-time clock (`RTC`) is this.
 */
export type Clock = () => number;
