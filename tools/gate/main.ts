/** Reads bundles as they lie on disk once more: what is shipped is what was checked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBoards, readBoard } from '../../src/host/build/boards';
import { ENGINES } from '../../src/host/build/engines';
import { checkProgram, CORE, formatFinding, type Surroundings } from '../../src/host/build/gate/index';
import { toScript } from '../../src/host/build/modules';
import { inPackage, showPath } from '../../src/host/build/root';

/** Where bundles lie; the tests name another folder. */
const DIST = process.env.WIXT_DIST ?? 'dist';

type Where = Surroundings & { modules?: boolean };

/** The bundles in dist, and what each may use. */
async function findBundles(): Promise<[string, Where][]> {
  const found: [string, Where][] = [];
  for (const name of listBoards()) {
    const engine = ENGINES[(await readBoard(name)).board.engine];
    const folder = inPackage(DIST, name);
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      // What an overlay calls is in the boot script, and was checked before they were cut apart.
      if (/^wixt\d+\.js$/.test(file)) found.push([join(folder, file), { ...engine, app: true, pattern: /^/ }]);
      else if (file === 'wixt.min.js') found.push([join(folder, file), engine]);
      // A program for Node is for no engine of a device.
      else if (/\.min\.js$/.test(file) && !engine.node) found.push([join(folder, file), { ...engine, app: true }]);
    }
  }
  return found;
}

const named = process.argv.slice(2);
const bundles: [string, Where][] = named.length ? named.map((file) => [file, { ...CORE, app: true }]) : await findBundles();
let failed = 0;
for (const [file, where] of bundles) {
  const text = readFileSync(file, 'utf8');
  const code = where.modules ? toScript(text) : text;
  const findings = checkProgram(code, where);
  for (const finding of findings) console.log(formatFinding(finding, code, showPath(file)));
  if (findings.length) failed++;
}
if (!bundles.length) {
  console.log('there is no bundle in ' + DIST + ': npm run build');
  failed++;
}
console.log(`${Math.max(0, bundles.length - failed)} passed, ${failed} failed, 0 skipped`);
if (failed) process.exitCode = 1;
