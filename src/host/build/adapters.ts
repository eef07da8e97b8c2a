/** Which adapters there are, and what is wrong with a board file that names others. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Board } from '../../../boards/board';
import { inPackage } from './root';

/** What an adapter may stand for: datagrams, kept values, timers. */
const SEAMS = ['udp', 'store', 'timer'];

/** Names of the adapters for a seam in a folder of adapters, sorted. */
function listAdapters(seam: string, folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
  return names.filter((name) => name.split('-')[0] === seam).sort();
}

/**
 * What is wrong with the adapters of the board file in `folder`, a sentence each. `base` is the board whose main.ts it takes, where
 * it has none of its own. Its own main.ts may open an adapter of its own, in the folder `adapters` beside the board's.
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
