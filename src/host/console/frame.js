/** Work that waits for the next frame of the page. */

/**
 * Returns a function that asks for `work`: it is done once in the next frame, however often it was asked for.
 * @param {() => void} work
 * @returns {() => void}
 */
export function onceAFrame(work) {
  let asked = false;
  const run = () => {
    asked = false;
    work();
  };
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(run);
  };
}

/**
 * Collects keys and hands them over in the next frame, each once.
 * @param {(keys: Set<string>) => void} work
 * @returns {(key: string) => void}
 */
export function collectAFrame(work) {
  let keys = new Set();
  const ask = onceAFrame(() => {
    const collected = keys;
    keys = new Set();
    work(collected);
  });
  return (key) => {
    keys.add(key);
    ask();
  };
}
