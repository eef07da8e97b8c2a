/** A live chart of a numeric resource: uPlot, in the colours of the page. */
import uPlot from './uplot/uPlot.esm.js';
import { h } from './dom.js';
import { store } from './store.js';

const HEIGHT = 180;
const COLOURS = ['--chart-1', '--chart-2', '--chart-3', '--chart-4'];

/** Returns { element, update(), destroy() }. */
export function makeChart(endpoint, path, label, unit) {
  const holder = h('div', { class: 'chart', role: 'img', 'aria-label': `Chart of ${label}`, 'data-path': path });
  let plot;
  let shown = '';

  function draw() {
    const { times, series } = store.historyOf(endpoint, path) ?? { times: [], series: new Map([['', []]]) };
    const data = [times, ...series.values()];
    const ids = [...series.keys()].join();
    holder.dataset.points = String(times.length);
    if (plot && ids === shown) return plot.setData(data);
    plot?.destroy();
    shown = ids;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };
    plot = new uPlot(
      {
        width: Math.max(holder.clientWidth, 200),
        height: HEIGHT,
        series: [
          {},
          ...[...series.keys()].map((id, index) => ({
            label: (id === '' ? label : `${label} ${id}`) + (unit ? ` (${unit})` : ''),
            stroke: colour(COLOURS[index % COLOURS.length]),
            width: 2,
            points: { show: (shownPlot) => shownPlot.data[0].length < 60, size: 5 },
            spanGaps: true,
          })),
        ],
        axes: [axis, { ...axis, size: 64 }],
        cursor: { y: false },
      },
      data,
      holder,
    );
    return undefined;
  }

  const observer = new ResizeObserver(() => plot?.setSize({ width: Math.max(holder.clientWidth, 200), height: HEIGHT }));
  observer.observe(holder);
  const onTheme = () => {
    shown = '-';
    draw();
  };
  document.addEventListener('theme', onTheme);
  requestAnimationFrame(draw);

  return {
    element: holder,
    update: draw,
    destroy() {
      observer.disconnect();
      document.removeEventListener('theme', onTheme);
      plot?.destroy();
      holder.remove();
    },
  };
}
