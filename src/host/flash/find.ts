/** Finds npm packages that talk to boards. None is a dependency: they bring native code that only flashing needs. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { inPackage } from '../build/root';
import { Problem } from '../problem';

/** Folders where npm may have installed it: WIXT_TOOLS, beside the project, beside wixt, and around each folder of PATH (npx, npm -g). */
function listFolders(name: string): string[] {
  const above = [resolve(), inPackage()].flatMap((start) => {
    const found = [];
    for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) found.push(join(folder, 'node_modules', name));
    return found;
  });
  const commands = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const named = process.env.WIXT_TOOLS ? [join(process.env.WIXT_TOOLS, 'node_modules', name)] : [];
  return [...named, ...above, ...commands.flatMap((folder) => ['..', '../lib/node_modules', 'node_modules'].map((path) => join(folder, path, name)))];
}

/** The versions that the tests flash with. */
const TESTED = { espruino: '0.1.67', '@kaluma/cli': '1.0.0' };
export type ToolName = keyof typeof TESTED;

/** Returns the folder of a package; undefined when absent. Checks its name: `espruino` on PATH may be the engine for Linux. */
export function findTool(name: ToolName): string | undefined {
  return listFolders(name).find((folder) => {
    const file = join(folder, 'package.json');
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === name;
  });
}

/** Like `findTool`, but throws a Problem when the tool is absent. */
export function requireTool(name: ToolName): string {
  const folder = findTool(name);
  if (folder) return folder;
  throw new Problem(`the npm package ${name}, which talks to the board, is not installed: npm install --save-dev ${name}@${TESTED[name]}, or --global`);
}

/** Loads a module of a tool. Throws a Problem if it is missing. */
export function requirePart(name: ToolName, part: string): any {
  const folder = requireTool(name);
  try {
    return createRequire(join(folder, 'package.json'))(part);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new Problem(`${folder} is incomplete (${reason}): install ${name}@${TESTED[name]} with its optional packages, and let npm run their install scripts`);
  }
}
