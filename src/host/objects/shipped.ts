/** The objects that wixt itself ships, and where they stand. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectDefinition } from './definition';
import { readDefinitions } from './json';

/** First and last ids: the core objects, Portfolio, BinaryAppDataContainer, the IPSO objects, LwM2M's test object. */
const SHIPPED_IDS = [[0, 7], [16, 16], [19, 19], [3200, 3203], [3300, 3306], [3308, 3308], [3310, 3350], [3442, 3442]];

export function isShipped(id: number): boolean {
  return SHIPPED_IDS.some(([first, last]) => id >= first && id <= last);
}

/** The folder of wixt's package.json: this file runs from `src/host/objects` and, bundled, from `dist`. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** The folder of the device's tables. */
export function shippedTables(): string {
  return join(packageRoot(), 'src', 'device', 'objects', 'generated');
}

/** The file of the host's definitions. */
export function shippedDefinitions(): string {
  return join(packageRoot(), 'src', 'host', 'objects', 'definitions.json');
}

/** @throws ObjectsError when the file is damaged, an error of fs when it is not there */
export function loadShipped(): ObjectDefinition[] {
  return readDefinitions(readFileSync(shippedDefinitions(), 'utf8'), shippedDefinitions());
}
