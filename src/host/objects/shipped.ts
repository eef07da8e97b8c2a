/** The objects that wixt ships, and the location of their files. */
import { readFileSync } from 'node:fs';
import { inPackage } from '../build/root';
import type { ObjectDefinition } from './definition';
import { readDefinitions } from './json';

/** First and last ids: the core objects, Portfolio, BinaryAppDataContainer, the IPSO objects, LwM2M's test object. */
const SHIPPED_IDS = [[0, 7], [16, 16], [19, 19], [3200, 3203], [3300, 3306], [3308, 3308], [3310, 3350], [3442, 3442]];

export function isShipped(id: number): boolean {
  return SHIPPED_IDS.some(([first, last]) => id >= first && id <= last);
}

/** The folder of the device's tables. */
export const SHIPPED_TABLES = inPackage('src', 'device', 'objects', 'generated');

/** The file of the host's definitions. */
export const SHIPPED_DEFINITIONS = inPackage('src', 'host', 'objects', 'definitions.json');

/** @throws Problem if the file is damaged, an error of fs if it is absent */
export function loadShipped(): ObjectDefinition[] {
  return readDefinitions(readFileSync(SHIPPED_DEFINITIONS, 'utf8'), SHIPPED_DEFINITIONS);
}
