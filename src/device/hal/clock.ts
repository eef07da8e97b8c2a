/** The seam between the pump and the board's clock. Types only. */

/**
 * Milliseconds of a clock that only goes forward, from any beginning; fractions are allowed. ECMA-419 has no word for it: its
 * real-time clock (`RTC`, `time`) tells the date, and jumps when somebody sets it, which this clock must not.
 */
export type Clock = () => number;
