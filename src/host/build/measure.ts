/** How large a board's bundle is, and which source files the bytes come from. */
import { gzipSync } from 'node:zlib';
import { rollup, type OutputChunk } from 'rollup';
import type { BoardFolder } from './boards';
import { explainFailure } from './build';
import { libraryOptions } from './bundle';
import type { SourceMap } from './minify';
import { countBytes } from './sourcemap';

export interface Measurement {
  /** Bytes of wixt.min.js. */
  minified: number;
  gzip: number;
  /** Bytes per source file, largest first; what the build itself adds stands under "(wrapping)". Adds up to `minified`. */
  modules: { file: string; bytes: number }[];
}

/** Builds the library in memory. Throws a Problem when it cannot be built. */
export async function measureBoard(board: BoardFolder): Promise<Measurement> {
  const options = libraryOptions(board, 'measured');
  try {
    const bundle = await rollup({ ...options, onLog: () => {} });
    const { output } = await bundle.generate(options.output as object);
    await bundle.close();
    const chunk = output.find((file) => file.type === 'chunk') as OutputChunk;
    const modules = [...countBytes(chunk.code, chunk.map as unknown as SourceMap)]
      .map(([file, bytes]) => ({ file: file || '(wrapping)', bytes }))
      .sort((a, b) => b.bytes - a.bytes);
    return { minified: chunk.code.length, gzip: gzipSync(chunk.code, { level: 9 }).length, modules };
  } catch (error) {
    throw explainFailure(error as Error);
  }
}
