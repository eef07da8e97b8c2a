/** Runs rollup configurations. Errors that rollup wraps are rethrown as they were; errors of rollup itself become a Problem. */
import { rollup, type OutputChunk, type OutputOptions, type RollupBuild, type RollupOptions, type RollupOutput } from 'rollup';
import { Problem } from '../problem';
import { showPath } from './root';

/** Files of a bundle, the script first. */
export type Output = RollupOutput['output'];

async function runRollup(options: RollupOptions, finish: (bundle: RollupBuild) => Promise<RollupOutput>): Promise<Output> {
  try {
    const bundle = await rollup({ ...options, onLog: () => {} });
    const { output } = await finish(bundle);
    await bundle.close();
    return output;
  } catch (error) {
    throw explainFailure(error as Error);
  }
}

/** Generates the files of a bundle in memory. Throws a Problem that says what to fix. */
export const generateBundle = (options: RollupOptions): Promise<Output> => runRollup(options, (bundle) => bundle.generate(options.output as OutputOptions));

/** Writes the files of a bundle to the folder of the configuration. Throws a Problem that says what to fix. */
export const writeBundle = (options: RollupOptions): Promise<Output> => runRollup(options, (bundle) => bundle.write(options.output as OutputOptions));

/** The script of a bundle. */
export const scriptOf = (output: Output): OutputChunk => output.find((file) => file.type === 'chunk')!;

/** Converts rollup's own errors (a missing file, a name that is not exported) to a Problem. Returns other errors unchanged. */
function explainFailure(error: Error & { loc?: { file?: string; line: number; column: number }; code?: string }): Error {
  if (error instanceof Problem || error.code === undefined) return error;
  const place = error.loc ? `${showPath(error.loc.file ?? '')}:${error.loc.line}:${error.loc.column + 1}: ` : '';
  return new Problem(place + error.message.replace(/^.*?\(\d+:\d+\): /, ''));
}
