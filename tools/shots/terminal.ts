/** A terminal session as an SVG: its lines appear one after the other. Without animation, or with reduced motion, all are there. */

export interface Line {
  text: string;
  /** A command that was typed, or what was printed. */
  kind: 'command' | 'output';
  /** When it appears, in seconds. */
  at: number;
}

const COLUMN = 8.4;
const ROW = 20;
const MARGIN = 16;
const BAR = 32;

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Cuts lines at `columns`, as a terminal wraps them. */
export function wrapLines(lines: readonly Line[], columns: number): Line[] {
  return lines.flatMap(({ text, ...rest }) => (text.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']).map((part) => ({ text: part, ...rest })));
}

/** Returns the text of an SVG file. */
export function drawTerminal(title: string, lines: readonly Line[], columns = 100): string {
  const rows = wrapLines(lines, columns);
  const width = Math.round(2 * MARGIN + columns * COLUMN);
  const height = BAR + 2 * MARGIN + rows.length * ROW;
  const texts = rows.map(({ text, kind, at }, i) => {
    const y = BAR + MARGIN + i * ROW + 14;
    return `<text class="${kind}" x="${MARGIN}" y="${y}" style="animation-delay:${at.toFixed(1)}s" xml:space="preserve">${escape(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">
<style>
text { font: 14px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #c9d1d9; }
.command { fill: #7ee787; }
.title { fill: #8b949e; }
@media (prefers-reduced-motion: no-preference) {
  .command, .output { animation: appear 0.1s linear both; }
}
@keyframes appear { from { opacity: 0.2; } to { opacity: 1; } }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="20" cy="16" r="5" fill="#ff5f57"/><circle cx="38" cy="16" r="5" fill="#febc2e"/><circle cx="56" cy="16" r="5" fill="#28c840"/>
<text class="title" x="${width / 2}" y="21" text-anchor="middle">${escape(title)}</text>
${texts.join('\n')}
</svg>
`;
}
