/** How long a test waits for what must come. A busy machine is no fault; only what never comes is. */

const FACTOR = 5;

/** A limit in ms for something that must come; short ones are for what must not, and stay as they are. */
export const patient = (ms: number): number => (ms >= 5000 ? ms * FACTOR : ms);
