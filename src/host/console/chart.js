/** A live chart of a numeric resource: uPlot, in the colours of the page. */
import uPlot from './uplot/uPlot.esm.js';
import { h } from './dom.js';
import { onceAFrame } from './frame.js';
import { store } from './store.js';
import { dateText, floatText, timeText } from './values.js';

const HEIGHT = 180;
const COLOURS = ['--chart-1', '--chart-2', '--chart-3', '--chart-4'];
/** distinguishable lines of a chart */
const MAX_SERIES = 20;
/** seconds that the axis shows at least: one point has no span of its own */
const LEAST_SPAN_S = 60;
const DAY_S = 86400;

/** The seconds that the axis shows for points from `least` to `most`. */
export function timeRange(least, most, now = Date.now() / 1000) {
  if (least === null || most === null || least === undefined) return [now - LEAST_SPAN_S, now];
  const missing = LEAST_SPAN_S - (most - least);
  return missing > 0 ? [least - missing / 2, most + missing / 2] : [least, most];
}

/** The values that the axis shows: room around a flat line too, and around zero. */
export function valueRange(least, most) {
  if (least === null || most === null || least === undefined) return [0, 1];
  const room = most > least ? (most - least) * 0.1 : Math.abs(most) * 0.1 || 1;
  return [least - room, most + room];
}

/** Times on the axis: of 24 hours, with the date where it changes. */
export function timeLabels(seconds, step) {
  let before = dateText(Date.now());
  return seconds.map((second) => {
    const date = dateText(second * 1000);
    const clock = timeText(second * 1000, { date: false });
    const text = step >= DAY_S ? '' : step < 60 ? clock : clock.slice(0, 5);
    const shown = date === before && text ? text : [text, date].filter(Boolean).join('\n');
    before = date;
    return shown;
  });
}

/** Returns { element, update(), destroy() }. */
export function makeChart(endpoint, path, label, unit) {
  const holder = h('div', { class: 'chart', role: 'img', 'aria-label': `Chart of ${label}`, 'data-path': path });
  let plot;
  let shown = '';
  let ended = false;

  const valueLabel = (_plot, value) => (value === null || value === undefined ? '—' : floatText(value) + (unit ? ` ${unit}` : ''));

  function makePlot(ids, data) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };
    return new uPlot(
      {
        width: Math.max(holder.clientWidth, 200),
        height: HEIGHT,
        scales: { x: { range: (_plot, least, most) => timeRange(least, most) }, y: { range: (_plot, least, most) => valueRange(least, most) } },
        series: [
          { label: 'Time', value: (_plot, second) => (second === null || second === undefined ? '—' : timeText(second * 1000)) },
          ...ids.map((id, index) => ({
            label: (id === '' ? label : `${label} ${id}`) + (unit ? ` (${unit})` : ''),
            value: valueLabel,
            stroke: colour(COLOURS[index % COLOURS.length]),
            dash: index < COLOURS.length ? undefined : [2 + 2 * Math.floor(index / COLOURS.length), 3],
            width: 2,
            points: { show: (shownPlot) => shownPlot.data[0].length < 60, size: 5 },
            spanGaps: true,
          })),
        ],
        axes: [
          { ...axis, space: 70, values: (_plot, splits, _axis, _space, step) => timeLabels(splits, step) },
          { ...axis, size: 72, values: (_plot, splits) => splits.map((split) => floatText(Number(split.toPrecision(12)))) },
        ],
        cursor: { y: false },
      },
      data,
      holder,
    );
  }

  function draw() {
    if (ended) return;
    const { times, series } = store.historyOf(endpoint, path) ?? { times: [], series: new Map([['', []]]) };
    const ids = [...series.keys()].slice(0, MAX_SERIES);
    const data = [times, ...ids.map((id) => series.get(id))];
    holder.dataset.points = String(times.length);
    if (plot && ids.join() === shown) return void plot.setData(data);
    plot?.destroy();
    shown = ids.join();
    plot = makePlot(ids, data);
  }

  const observer = new ResizeObserver(() => plot?.setSize({ width: Math.max(holder.clientWidth, 200), height: HEIGHT }));
  observer.observe(holder);
  const update = onceAFrame(draw);
  const onTheme = () => {
    shown = '-';
    update();
  };
  document.addEventListener('theme', onTheme);
  update();

  return {
    element: holder,
    update,
    destroy() {
      ended = true;
      observer.disconnect();
      document.removeEventListener('theme', onTheme);
      plot?.destroy();
      holder.remove();
    },
  };
}
