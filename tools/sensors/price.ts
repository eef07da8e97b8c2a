/** Bytes of drivers and adapters, minified for Espruino. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBoard } from '../../src/host/build/boards';
import { libraryOptions } from '../../src/host/build/bundle';
import { generateBundle, scriptOf } from '../../src/host/build/output';
import { inPackage } from '../../src/host/build/root';

/** Of this process: a test may run beside the command. */
const folder = inPackage('.cache', `sensors-${process.pid}`);

/** Bytes of a bundle that exports these functions, by module. */
export async function measure(functions: [file: string, name: string][]): Promise<number> {
  const { board } = await readBoard('linux-espruino');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.ts'), functions.map(([file, name], i) => `export { ${name} as ${name}${i} } from '../../${file}';\n`).join(''));
  try {
    return scriptOf(await generateBundle(libraryOptions({ board, folder }, 'unwritten'))).code.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const list = (path: string, pattern: RegExp): [string, string][] =>
  readdirSync(inPackage(...path.split('/')))
    .filter((file) => pattern.test(file))
    .sort()
    .flatMap((file) => [...readFileSync(inPackage(...path.split('/'), file), 'utf8').matchAll(/^export function (open\w+)/gm)].map(([, name]): [string, string] => [`${path}/${file.replace(/\.ts$/, '')}`, name!]));

/** What opens a driver or an adapter of Espruino's. */
export const listOpeners = (): [file: string, name: string][] => [...list('boards/sensors', /\.ts$/), ...list('boards/adapters', /^(i2c|onewire|pin)-espruino\.ts$/)];
