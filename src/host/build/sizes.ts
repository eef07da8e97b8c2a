/** The output of `wixt size`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listBoards, readBoard, type BoardFolder } from './boards';
import { LEDGER_FILE, readLedger, type LedgerRow } from './ledger';
import { measureBoard, type Measurement } from './measure';
import { asText, lifeTable, peaksTable, planTable } from './tables';

/** The sizes of one board. Memory comes from size.json, because measuring it needs the engines. */
interface Size extends Measurement {
  board: string;
  storage: number;
  variables: number;
  memory?: LedgerRow;
}

async function sizeOf(folder: BoardFolder): Promise<Size> {
  const { name, storage, variables } = folder.board;
  const row = existsSync(LEDGER_FILE) ? readLedger()[name] : undefined;
  return { board: name, storage, variables, ...(await measureBoard(folder)), memory: row };
}

/** A line for a board, and with `modules` a line for each source file. */
function formatSize(size: Size, modules: boolean): string {
  const lines = [`${size.board}: ${size.minified} bytes minified, ${size.gzip} with gzip`];
  if (size.storage) lines[0] += `, ${((size.minified * 100) / size.storage).toFixed(1)} % of ${size.storage} bytes of storage`;
  const { jsvars, heap } = size.memory ?? {};
  if (jsvars) lines.push(`  JsVars of ${size.variables}: ${jsvars.loaded} loaded, ${jsvars.registered} registered, ${jsvars.after1000} after 1,000 requests${jsvars.peak ? `, ${jsvars.peak} at the peak` : ''}`);
  if (heap) lines.push(`  bytes of heap: ${heap.registered} registered, ${heap.after1000} after 1,000 requests${heap.peak ? `, ${heap.peak} at the peak` : ''}`);
  if (modules) {
    // Only Espruino has a fixed number of variables.
    const counts = size.variables > 0;
    if (counts) lines.push('   bytes           JsVars of its functions, as a module');
    for (const { file, bytes, variables } of size.modules) {
      const column = counts ? `${String(variables || '-').padStart(6)}  ` : '';
      lines.push(`  ${String(bytes).padStart(6)}  ${((bytes * 100) / size.minified).toFixed(1).padStart(5)} %  ${column}${file}`);
    }
    if (counts) lines.push(`  ${String(size.minified).padStart(6)}          ${String(size.modules.reduce((sum, { variables }) => sum + variables, 0)).padStart(6)}  in all`);
  }
  if (modules && size.memory) {
    const own = { [size.board]: size.memory };
    const tables = [jsvars && lifeTable(own, { [size.board]: size.variables }), (jsvars ?? heap)?.peaks && peaksTable(own), planTable(own, size.board)];
    for (const table of tables) if (table?.length) lines.push('', asText(table));
  }
  return lines.join('\n');
}

/** The sizes of the named boards by file, or of all boards in short. Throws a Problem if a bundle cannot be built. */
export async function describeSizes(names: string[] | undefined, json: boolean): Promise<string> {
  const folders: BoardFolder[] = [];
  for (const name of names ?? listBoards()) {
    const folder = await readBoard(name);
    if (names || existsSync(join(folder.folder, 'main.ts'))) folders.push(folder);
  }
  const sizes: Size[] = [];
  for (const folder of folders) sizes.push(await sizeOf(folder));
  return json ? JSON.stringify(sizes, null, 2) : sizes.map((size) => formatSize(size, !!names)).join('\n') || 'no board can be built yet';
}
