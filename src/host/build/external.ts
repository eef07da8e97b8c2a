/** Modules that a program for Espruino requires and that neither the program nor the firmware contains: they go into Storage beside the program. */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'acorn';
import { Problem } from '../problem';
import { walk, type Node } from './gate/tree';
import { showPath } from './root';

/** Modules built into Espruino's firmwares (its libs/, 2v29). Each board has some of them. */
const BUILT_IN = new Set(
  'fs http net dgram tls crypto Storage Flash heatshrink neopixel Wifi ESP8266 ESP32 NetworkJS CC3000 WIZnet TelnetServer tv tensorflow'.split(' '),
);
/** The longest name of a file in Storage. */
const LONGEST = 28;

/** The names in the `require("…")` of a script. */
function findRequired(code: string): string[] {
  const names = new Set<string>();
  walk(parse(code, { ecmaVersion: 2022, sourceType: 'script', allowReturnOutsideFunction: true }) as Node, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require') return;
    const [first] = node.arguments;
    if (first?.type === 'Literal' && typeof first.value === 'string') names.add(first.value);
  });
  return [...names];
}

/** `file:line` of the import of a module in a program; only the file if the import is in another file of the program. */
function findPlace(app: string, name: string): string {
  const lines = readFileSync(app, 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(`'${name}'`) || text.includes(`"${name}"`));
  return showPath(app) + (line < 0 ? '' : `:${line + 1}`);
}

/** Folders with the user's modules: beside the program, in the current folder, and a copy of Espruino's collection named by WIXT_MODULES. */
function listFolders(app: string): string[] {
  const { WIXT_MODULES } = process.env;
  return [...new Set([join(dirname(app), 'modules'), resolve('modules'), ...(WIXT_MODULES ? [resolve(WIXT_MODULES)] : [])])];
}

/**
 * Copies the modules that scripts require, directly or indirectly, into the folder `out`. Returns name → file. Throws a Problem for each missing
 * module.
 */
export function collectModules(app: string, scripts: string[], out: string): Map<string, string> {
  const folders = listFolders(app);
  const found = new Map<string, string>();
  const faults: string[] = [];
  const queue = scripts.flatMap(findRequired);
  const seen = new Set<string>();
  for (let name; (name = queue.shift()) !== undefined; ) {
    if (BUILT_IN.has(name) || /^wixt\d*$/.test(name) || seen.has(name)) continue;
    seen.add(name);
    const file = folders.flatMap((folder) => [join(folder, name + '.min.js'), join(folder, name + '.js')]).find(existsSync);
    const place = findPlace(app, name);
    if (name.length > LONGEST) faults.push(`${place}: the module ${name} has a name of more than ${LONGEST} characters, which Espruino's Storage does not take: give it a shorter one`);
    else if (!file) faults.push(`${place}: the module ${name} is neither part of Espruino's firmware nor in ${folders.map(showPath).join(' or ')}: put it there as ${name}.js (Espruino's own are at espruino.com/modules; WIXT_MODULES may name a copy of them)`);
    else {
      const to = join(out, `${name}.js`);
      if (resolve(file) !== resolve(to)) copyFileSync(file, to);
      found.set(name, to);
      queue.push(...findRequired(readFileSync(file, 'utf8')));
    }
  }
  if (faults.length) throw new Problem(faults);
  return found;
}
