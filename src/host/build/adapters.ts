/** Lists the adapters, and checks the adapters that a board file names. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Board } from '../../../boards/board';
import { inPackage } from './root';

/** The interfaces that have adapters: datagrams, stored values, timers. */
const SEAMS = ['udp', 'store', 'timer'];

/** Names of the adapters for an interface in a folder of adapters, sorted. */
function listAdapters(seam: string, folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
  return names.filter((name) => name.split('-')[0] === seam).sort();
}

/**
 * Checks the adapters of the board file in `folder`. Returns a sentence for each fault. `base` is the board whose main.ts is used if this board has
 * none. A board's own main.ts may open an adapter from the folder `adapters` beside the board's folder.
 */
export function findAdapterFaults(board: Board, folder: string, base?: Board): string[] {
  const faults: string[] = [];
  for (const [seam, name] of Object.entries(board.adapters)) {
    const where = `adapters.${seam}: `;
    const folders = [inPackage('boards', 'adapters'), ...(seam === 'udp' ? [join(dirname(folder), 'adapters')] : [])];
    const names = [...new Set(folders.flatMap((one) => listAdapters(seam, one)))];
    if (!SEAMS.includes(seam)) faults.push(`${where}no such adapter; there are ${SEAMS.join(', ')}`);
    else if (!names.includes(name)) faults.push(`${where}there is no ${name}; there are ${names.join(', ')}`);
    else if (seam === 'udp' && base && base.adapters.udp !== name)
      faults.push(`${where}the main.ts of ${base.name} opens ${base.adapters.udp}: for ${name} write a main.ts of your own beside this file, or leave this out`);
  }
  return faults;
}
