/** Bundles for tests, made like a board's. */
import { readBoard } from '../../../src/host/build/boards';
import { libraryOptions } from '../../../src/host/build/bundle';
import { generateBundle, scriptOf } from '../../../src/host/build/output';
import { inPackage } from '../../../src/host/build/root';
import { asGlobal } from './script';

/** The code of `folder`/main.ts, built with the values of a board but for some features. Throws a Problem when it cannot be built. */
export async function buildCode(name: string, folder: string, features: Record<string, boolean> = {}): Promise<string> {
  const { board } = await readBoard(name);
  const options = libraryOptions({ board: { ...board, features: { ...board.features, ...features } }, folder: inPackage(folder) }, 'unwritten');
  return scriptOf(await generateBundle(options)).code;
}

/** What an engine needs before the bundle: that which its board gives it. */
export async function buildPrelude(name: string): Promise<string> {
  if (name !== 'mquickjs') return '';
  return asGlobal('library', await buildCode('linux-espruino', 'test/engines/library')) + 'library.completeLibrary();';
}
