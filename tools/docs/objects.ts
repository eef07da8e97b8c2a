/** The page of the objects that wixt ships, from their definitions. */
import { readFileSync } from 'node:fs';
import { loadShipped } from '../../src/host/objects/shipped';
import { inPackage } from '../../src/host/build/root';
import { makeTable } from './sections';

/** Functions that make an object with its behaviour, by object id; all others are made by `object` or `sensor`. */
const MAKERS: Record<number, string> = { 2: 'accessControl', 3: 'device', 4: 'connectivityMonitoring', 5: 'firmwareUpdate', 6: 'location', 7: 'connectivityStatistics', 16: 'portfolio' };

/** Name in `wixt/objects` and version of the device's table by object id, as the generated modules have them. */
function readTables(): Map<number, { name: string; version: string }> {
  const folder = ['src', 'device', 'objects', 'generated'];
  const tables = new Map<number, { name: string; version: string }>();
  for (const [, name, file] of readFileSync(inPackage(...folder, 'index.ts'), 'utf8').matchAll(/export \* as (\w+) from '\.\/([\w-]+)'/g)) {
    const text = readFileSync(inPackage(...folder, `${file}.ts`), 'utf8');
    const [, id] = /export const ID = (\d+)/.exec(text) ?? [];
    const [, version] = /export const VERSION = '([\d.]+)'/.exec(text) ?? [];
    if (id) tables.set(Number(id), { name: name!, version: version! });
  }
  return tables;
}

/** One row for each object: what the device has, and the versions that the server knows. */
export function objectsTable(): string {
  const tables = readTables();
  const definitions = loadShipped();
  const rows = [...new Set(definitions.map(({ id }) => id))].map((id) => {
    const versions = definitions.filter((one) => one.id === id);
    const { name, version } = tables.get(id)!;
    const { name: title, multiple, resources } = versions.find((one) => (one.version ?? '1.0') === version)!;
    const sensor = [5601, 5602, 5605, 5700].every((resource) => resources.some((one) => one.id === resource));
    const maker = id === 0 || id === 1 ? 'the client itself' : `\`${MAKERS[id] ?? (sensor ? 'sensor' : 'object')}\``;
    return [String(id), title, `\`${name}\``, version, multiple ? 'several' : 'one', String(resources.length), maker, versions.map((one) => one.version ?? '1.0').join(', ')];
  });
  return makeTable(['id', 'object', 'name in `wixt/objects`', 'version', 'instances', 'resources', 'made by', 'versions that the server knows'], rows);
}
