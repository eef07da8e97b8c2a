/** What the pages of boards say in figures: room, limits and memory, from board.ts and size.json. */
import { limitsOf, type Board } from '../../boards/board';
import { listBoards, readBoard } from '../../src/host/build/boards';
import type { Ledger, LedgerRow } from '../../src/host/build/ledger';
import { inPackage } from '../../src/host/build/root';
import { withCommas } from '../../src/host/build/tables';
import { makeTable } from './sections';

/** All boards of wixt, by name. */
export async function readBoards(): Promise<Board[]> {
  return Promise.all(listBoards().map(async (name) => (await readBoard(inPackage('boards', name))).board));
}

const share = (part: number, whole: number): string => `${withCommas(part)} of ${withCommas(whole)} (${((part * 100) / whole).toFixed(0)} %)`;
const kib = (bytes: number): string => `${withCommas(bytes / 1024)} KiB`;

/** Limits and room of a board. */
export function limitsTable(board: Board): string {
  const { datagram, block, body, observations, attributes, instances } = limitsOf(board);
  const rows = [
    ['largest datagram', `${withCommas(datagram)} bytes`],
    ['largest block (RFC 7959)', `${withCommas(block)} bytes`],
    ['largest value that a server writes in blocks', `${withCommas(body)} bytes; opaque values with a `.concat('`chunk` handler have no limit')],
    ['observations at a time', withCommas(observations)],
    ['paths with attributes', withCommas(attributes)],
    ['instances that servers may create in an object', withCommas(instances)],
    ['objects of the sample program', board.objects.join(', ')],
  ];
  if (board.variables) rows.unshift(['JsVars in all', withCommas(board.variables)]);
  if (board.storage) rows.unshift(['flash for library and program', kib(board.storage)]);
  return makeTable(['what', 'this board'], rows);
}

/** Size and memory of a board as they were measured. */
export function figuresTable(board: Board, row: LedgerRow): string {
  const { variables } = board;
  const rows: string[][] = [['library, minified', `${withCommas(row.minified)} bytes`], ['library, minified and gzip', `${withCommas(row.gzip)} bytes`]];
  const { jsvars, heap } = row;
  if (jsvars) {
    const add = (what: string, n: number | undefined) => n !== undefined && rows.push([what, `${share(n, variables)} JsVars`]);
    add('in use when loaded', jsvars.loaded);
    add('in use when registered', jsvars.registered);
    add('in use after 1,000 requests', jsvars.after1000);
    add('in use at the peak', jsvars.peak);
    add('free for your program, registered', variables - jsvars.registered);
    if (jsvars.peak !== undefined) add('free at the peak', variables - jsvars.peak);
  }
  if (heap) {
    const add = (what: string, n: number | undefined) => n !== undefined && rows.push([what, `${withCommas(n)} bytes of heap`]);
    add('in use when loaded', heap.loaded);
    add('in use when registered', heap.registered);
    add('in use after 1,000 requests', heap.after1000);
    add('in use at the peak', heap.peak);
    add('the sensor node, at the peak', heap.sensorNode);
    add('smallest heap in which the session runs', heap.smallest);
  }
  return makeTable(['what', 'measured'], rows);
}

/** Where a board's engine is run by the tests. */
const PROVED: Record<string, string> = {
  node: 'Node.js itself',
  espruino: 'Espruino 2v29 for Linux, 32 bits',
  kaluma: 'JerryScript 3.0, with a stand-in for Kaluma',
  iotjs: 'JerryScript 3.0, with a stand-in for IoT.js',
  mquickjs: 'MicroQuickJS, 32 bits',
  moddable: 'XS, with a stand-in for the SDK',
};

/** The boards in one table, for the overview. */
export function overviewTable(boards: Board[], ledger: Ledger): string {
  const rows = boards.map((board) => {
    const { jsvars, heap } = ledger[board.name]!;
    const memory = jsvars ? `${withCommas(jsvars.registered)} of ${withCommas(board.variables)} JsVars` : heap ? `${withCommas(heap.registered)} bytes` : 'not measured';
    return [`[${board.name}](${board.name}.md)`, board.title, `${withCommas(limitsOf(board).datagram)} bytes`, memory, PROVED[board.engine] ?? 'not run'];
  });
  return makeTable(['board', 'what it is', 'datagram', 'in use when registered', 'the tests run it on'], rows);
}
