/** A list that draws only visible rows: a thousand rows cost as much as twenty. */

/** rows that are drawn beyond either edge */
const BEYOND = 4;

/**
 * The rows of `list`, each at its place in a list as high as all of them. Neither drawing nor changing a row asks the browser for a layout.
 *
 * @template T
 * @param {object} options
 * @param {HTMLElement} options.scroller what scrolls; `list` is at its top
 * @param {HTMLElement} options.list
 * @param {number} options.height of a row in pixels
 * @param {(item: T) => string} options.keyOf
 * @param {(item: T) => HTMLElement} options.make
 * @param {(element: HTMLElement, item: T, index: number, count: number) => void} [options.update] brings a drawn row up to date
 * @param {() => string | undefined} [options.pinned] the key of a row that is drawn wherever it is, so that Tab finds it
 * @param {() => void} [options.refocus] called when the row with the focus went and none is left
 */
export function makeVirtualList({ scroller, list, height, keyOf, make, update = () => {}, pinned = () => undefined, refocus = () => {} }) {
  /** @type {T[]} */
  let items = [];
  /** key → { element, index, top } of the rows in the page */
  const drawn = new Map();
  /** key → pixels that an opened row is higher than the others */
  const higher = new Map();
  /** [index, pixels] of those, by index */
  let tall = [];
  let top = 0;
  let seen = scroller.clientHeight;
  let total = -1;

  const offsetOf = (index) => tall.reduce((sum, [at, more]) => (at < index ? sum + more : sum), index * height);
  const indexAt = (y) => {
    let before = 0;
    for (const [index, more] of tall) {
      if (y < index * height + before) break;
      if (y < (index + 1) * height + before + more) return index;
      before += more;
    }
    return Math.floor((y - before) / height);
  };

  function findTall() {
    tall = [];
    if (higher.size === 0) return;
    const kept = new Set();
    items.forEach((item, index) => {
      const key = keyOf(item);
      if (!higher.has(key)) return;
      tall.push([index, higher.get(key)]);
      kept.add(key);
    });
    for (const key of higher.keys()) if (!kept.has(key)) higher.delete(key);
  }

  /** The key of the row that has the focus. */
  function focusedKey() {
    if (!list.contains(document.activeElement)) return undefined;
    for (const [key, { element }] of drawn) if (element.contains(document.activeElement)) return key;
    return undefined;
  }

  function draw() {
    const whole = offsetOf(items.length);
    if (whole !== total) list.style.height = `${(total = whole)}px`;
    const first = Math.max(0, indexAt(Math.min(top, whole - seen)) - BEYOND);
    const last = Math.min(items.length - 1, indexAt(top + seen) + BEYOND);
    const wanted = new Map();
    for (let index = first; index <= last; index++) wanted.set(keyOf(items[index]), index);
    const focus = focusedKey();
    const lost = focus === undefined ? -1 : drawn.get(focus).index;
    for (const key of [focus, pinned()]) {
      if (key === undefined || wanted.has(key)) continue;
      const index = items.findIndex((item) => keyOf(item) === key);
      if (index >= 0) wanted.set(key, index);
    }
    for (const [key, { element }] of drawn) {
      if (wanted.has(key)) continue;
      element.remove();
      drawn.delete(key);
    }
    // from the last to the first, so that each new one finds what follows it; what stays is never moved, since that takes its focus
    let next = null;
    for (const [key, index] of [...wanted].sort(([, a], [, b]) => b - a)) {
      let row = drawn.get(key);
      if (!row) {
        row = { element: make(items[index]), index, top: -1 };
        drawn.set(key, row);
        list.insertBefore(row.element, next);
      }
      next = row.element;
      row.index = index;
      const offset = offsetOf(index);
      if (row.top !== offset) row.element.style.transform = `translateY(${(row.top = offset)}px)`;
      update(row.element, items[index], index, items.length);
    }
    if (focus !== undefined && !drawn.has(focus)) focusOn(Math.min(lost, items.length - 1));
  }

  function focusOn(index) {
    if (index < 0 || index >= items.length) return refocus();
    const start = offsetOf(index);
    if (start < top) scrollTo(start);
    else if (start + height > top + seen) scrollTo(start + height - seen);
    else draw();
    const { element } = drawn.get(keyOf(items[index])) ?? {};
    return (element?.querySelector('a, summary, button') ?? element)?.focus({ preventScroll: true });
  }

  function scrollTo(y) {
    scroller.scrollTop = y;
    top = Math.max(0, y);
    draw();
  }

  scroller.addEventListener('scroll', () => {
    top = scroller.scrollTop;
    draw();
  });
  new ResizeObserver(() => {
    seen = scroller.clientHeight;
    draw();
  }).observe(scroller);

  return {
    /** Shows other items. Rows that are already drawn stay. */
    show(others) {
      items = others;
      findTall();
      draw();
    },
    /** Brings one row up to date, if it is drawn. */
    change(key) {
      const row = drawn.get(key);
      if (row) update(row.element, items[row.index], row.index, items.length);
    },
    /** Brings all drawn rows up to date. */
    changeAll() {
      for (const { element, index } of drawn.values()) update(element, items[index], index, items.length);
    },
    /** A row is higher by so many pixels now. */
    setHigher(key, pixels) {
      if (pixels > 0) higher.set(key, pixels);
      else higher.delete(key);
      findTall();
      draw();
    },
    /** Moves the focus to a row and scrolls to it. */
    focusOn: (index) => focusOn(Math.max(0, Math.min(index, items.length - 1))),
    /** The index of the row with the focus, or -1. */
    focused: () => drawn.get(focusedKey())?.index ?? -1,
    /** Rows that fit. */
    rows: () => Math.max(1, Math.floor(seen / height)),
    scrollTo,
    get atEnd() {
      return top + seen >= total - 2 * height;
    },
    get top() {
      return top;
    },
    get end() {
      return Math.max(0, total - seen);
    },
  };
}
