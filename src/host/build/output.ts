/** Runs rollup configurations. Errors that rollup wraps come out as they were thrown; what it refuses itself is a Problem. */
import { rollup, type OutputChunk, type OutputOptions, type RollupBuild, type RollupOptions, type RollupOutput } from 'rollup';
import { Problem } from '../problem';
import { showPath } from './root';

/** Files of a bundle: the script first. */
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

/** Makes the files of a bundle in memory. Throws a Problem that says what to mend. */
export const generateBundle = (options: RollupOptions): Promise<Output> => runRollup(options, (bundle) => bundle.generate(options.output as OutputOptions));

/** Writes the files of a bundle to the folder of the configuration. Throws a Problem that says what to mend. */
export const writeBundle = (options: RollupOptions): Promise<Output> => runRollup(options, (bundle) => bundle.write(options.output as OutputOptions));

/** The script of a bundle. */
export const scriptOf = (output: Output): OutputChunk => output.find((file) => file.type === 'chunk')!;

/** What rollup itself refuses (a file that is not there, a name that is not exported) as a Problem; others as they are. */
function explainFailure(error: Error & { loc?: { file?: string; line: number; column: number }; code?: string }): Error {
  if (error instanceof Problem || error.code === undefined) return error;
  const place = error.loc ? `${showPath(error.loc.file ?? '')}:${error.loc.line}:${error.loc.column + 1}: ` : '';
  return new Problem(place + error.message.replace(/^.*?\(\d+:\d+\): /, ''));
}
