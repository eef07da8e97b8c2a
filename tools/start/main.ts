/** `npm start`: builds the simulated board if its sources have changed, and runs `wixt demo` from the sources. Nothing else is built. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBoard } from '../../src/host/build/boards';
import { inPackage } from '../../src/host/build/root';

/** The sources of the simulated board, and of the build. */
const SOURCES = ['boards', 'src/compat', 'src/device', 'src/host/build', 'mangle.json', 'package-lock.json'];

/** The latest change of a file, or of anything in a folder, in ms since 1970. A folder changes when a file goes. */
function lastChange(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => lastChange(join(path, name))));
}

const folder = inPackage('dist', 'host');
const built = ['wixt.min.js', 'app.min.js'].map((name) => join(folder, name));
const changed = Math.max(...SOURCES.map((path) => lastChange(inPackage(path))));
if (!built.every((file) => existsSync(file) && statSync(file).mtimeMs >= changed)) {
  console.log('Building the simulated board. Other boards are built when you ask: node bin/wixt.js build --board NAME');
  const { buildBundle } = await import('../../src/host/sim/program');
  await buildBundle(await readBoard('host'), folder, true);
}
console.log('Starting an LwM2M server, its console and the simulated board ...');
process.argv.splice(2, 0, 'demo');
await import('../../src/host/cli');
