/** Bundles for tests, made like a board's. */
import { rollup, type OutputChunk } from 'rollup';
import { readBoard } from '../../../src/host/build/boards';
import { libraryOptions } from '../../../src/host/build/bundle';
import { explainFailure } from '../../../src/host/build/build';
import { inPackage } from '../../../src/host/build/root';
import { asGlobal } from './script';

/** The code of `folder`/main.ts, built with the values of a board but for some features. Throws a Problem when it cannot be built. */
export async function buildCode(name: string, folder: string, features: Record<string, boolean> = {}): Promise<string> {
  const { board } = await readBoard(name);
  const options = libraryOptions({ board: { ...board, features: { ...board.features, ...features } }, folder: inPackage(folder) }, 'unwritten');
  try {
    const bundle = await rollup({ ...options, onLog: () => {} });
    const { output } = await bundle.generate(options.output as object);
    await bundle.close();
    return (output.find((file) => file.type === 'chunk') as OutputChunk).code;
  } catch (error) {
    throw explainFailure(error as Error);
  }
}

/** What an engine needs before the bundle: that which its board gives it. */
export async function buildPrelude(name: string): Promise<string> {
  if (name !== 'mquickjs') return '';
  return asGlobal('library', await buildCode('linux-espruino', 'test/engines/library')) + 'library.completeLibrary();';
}
