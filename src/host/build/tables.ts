/** size.json as tables, for the manual and `wixt size`. Rows are arrays of texts; the first row is the head. */
import type { Ledger, Memory, OperationName } from './ledger';

export type Table = string[][];

/** Operations in the order of a device's life. */
export const OPERATION_NAMES: (OperationName | 'start')[] = [
  'start', 'register', 'update', 'read one', 'read object', 'write', 'execute', 'discover', 'write-attributes', 'observe', 'notify', 'create', 'delete', 'block1', 'block2',
  'replace long', 'object, long', 'notify, long',
];

/** 25485 → "25,485". */
export const withCommas = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
/** Returns an empty text for unmeasured values. */
const text = (n: number | undefined): string => (n === undefined ? '' : withCommas(n));
const share = (part: number, whole: number): string => `${text(part)} (${((part * 100) / whole).toFixed(0)} %)`;
/** Removes rows without values. */
const withoutEmpty = (table: Table): Table => table.filter((row) => row.slice(1).some(Boolean));

/** The bundle sizes of all rows. */
export function bytesTable(ledger: Ledger): Table {
  const rows = Object.entries(ledger).map(([name, { minified, aim, gzip, budget }]) => [`\`${name}\``, text(minified) + (aim ? ` (aim ${text(aim)})` : ''), text(gzip), text(budget)]);
  return [['bundle', 'minified', 'gzip', 'budget'], ...rows];
}

const jsvars = (ledger: Ledger): [string, Memory][] => Object.entries(ledger).flatMap(([name, row]) => (row.jsvars ? [[name, row.jsvars] as [string, Memory]] : []));

/** JsVars during the life of a device, by board. `variables`: the number that each board has. */
export function lifeTable(ledger: Ledger, variables: Record<string, number>): Table {
  const boards = jsvars(ledger);
  const line = (name: string, of: (m: Memory, all: number) => string) => [name, ...boards.map(([board, memory]) => of(memory, variables[board] ?? 0))];
  return withoutEmpty([
    ['JsVars in use', ...boards.map(([board]) => `\`${board}\`, of ${text(variables[board])}`)],
    line('loaded, functions in flash', (m) => text(m.loaded)),
    line('loaded, functions in RAM', (m) => text(m.ram)),
    line('client created', (m) => text(m.created)),
    line('registered', (m) => text(m.registered)),
    line('after management', (m) => text(m.managed)),
    line('after 1,000 requests', (m) => text(m.after1000)),
    line('after 100 transfers in blocks', (m) => text(m.after100blocks)),
    line('at the peak', (m) => text(m.peak)),
    line('free, registered', (m, all) => share(all - m.registered, all)),
    line('free, at the peak', (m, all) => (m.peak === undefined ? '' : share(all - m.peak, all))),
  ]);
}

/** Peak memory of each operation: JsVars by board, and bytes of heap. */
export function peaksTable(ledger: Ledger): Table {
  const columns: [string, Memory][] = Object.entries(ledger).flatMap(([name, { jsvars, heap }]) => {
    const found = jsvars ?? heap;
    return found?.peaks ? [[`\`${name}\`, ${jsvars ? 'JsVars' : 'bytes'}`, found] as [string, Memory]] : [];
  });
  return [['in use at the peak of', ...columns.map(([name]) => name)], ...OPERATION_NAMES.map((name) => [name, ...columns.map(([, { peaks }]) => text(peaks![name]))])];
}

/** Bytes of heap during the life of a device, by board. */
export function heapTable(ledger: Ledger): Table {
  const rows = Object.entries(ledger).flatMap(([name, { heap }]) => {
    if (!heap) return [];
    const { loaded, created, registered, after1000, after100blocks, peak, sensorNode, smallest } = heap;
    return [[`\`${name}\``, ...[loaded, created, registered, after1000, after100blocks, peak, sensorNode, smallest].map(text)]];
  });
  return [['bytes of heap', 'loaded', 'created', 'registered', 'after 1,000 requests', 'after 100 transfers', 'peak', 'the sensor node', 'smallest heap'], ...rows];
}

/** The cost of one more of something. */
export function planTable(ledger: Ledger, board: string): Table {
  const rows = Object.entries(ledger[board]?.plan ?? {}).map(([name, { bytes, jsvars }]) => [name, bytes ? text(bytes) : '-', text(jsvars)]);
  return rows.length ? [['one more', 'bytes of flash', 'JsVars'], ...rows] : [];
}

/** The same board as a module, as a boot script, and with overlays, with the cost of a request. */
export function overlaysTable(ledger: Ledger, board: string): Table {
  const { variants = {} } = ledger[board] ?? {};
  const millions = (n: number | undefined) => (n ? (n / 1e6).toFixed(1) : '');
  const rows = Object.entries(variants).map(([name, { loaded, registered, peak, work }]) => [name, text(loaded), text(registered), text(peak), millions(work?.['Read one resource']), millions(work?.['Read /3/0 TLV'])]);
  return rows.length ? [[`\`${board}\``, 'loaded', 'registered', 'peak', 'Read one resource, M instructions', 'Read /3/0, M instructions'], ...rows] : [];
}

/** Millions of instructions per task, on the boards where they were counted. */
export function workTable(ledger: Ledger): Table {
  const boards = Object.entries(ledger).filter(([, row]) => row.work);
  const names = [...new Set(boards.flatMap(([, row]) => Object.keys(row.work!)))];
  const dearest = (name: string): number => boards[0]![1].work![name] ?? 0;
  const rows = names.sort((a, b) => dearest(b) - dearest(a)).map((name) => [name, ...boards.map(([, row]) => (row.work![name] === undefined ? '' : (row.work![name]! / 1e6).toFixed(1)))]);
  return rows.length ? [['millions of instructions', ...boards.map(([name]) => `\`${name}\``)], ...rows] : [];
}

export function asMarkdown([head, ...rows]: Table): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return head ? [line(head), line(head.map((_, i) => (i ? '---:' : '---'))), ...rows.map(line)].join('\n') : '';
}

/** In columns, for a terminal; without Markdown marks. */
export function asText(table: Table): string {
  const plain = table.map((row) => row.map((cell) => cell.replace(/`/g, '')));
  const widths = plain[0]?.map((_, i) => Math.max(...plain.map((row) => row[i]!.length))) ?? [];
  return plain.map((row) => '  ' + row.map((cell, i) => (i ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ')).join('\n');
}

/** The tables of docs/explanation/measurements.md, by name. */
export function allTables(ledger: Ledger, variables: Record<string, number>): Record<string, Table> {
  return {
    bytes: bytesTable(ledger),
    life: lifeTable(ledger, variables),
    peaks: peaksTable(ledger),
    heap: heapTable(ledger),
    plan: planTable(ledger, 'esp8266'),
    overlays: overlaysTable(ledger, 'linux-espruino'),
    work: workTable(ledger),
  };
}
