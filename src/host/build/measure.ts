/** Measures the size of a board's bundle, and how many bytes come from each source file. */
import { gzipSync } from 'node:zlib';
import type { BoardFolder } from './boards';
import { libraryOptions } from './bundle';
import { ENGINES } from './engines';
import { parseProgram, type Node } from './gate/tree';
import type { SourceMap } from './minify';
import { generateBundle, scriptOf } from './output';
import { countBytes, decodeSegments } from './sourcemap';

export interface Measurement {
  /** Bytes of wixt.min.js. */
  minified: number;
  gzip: number;
  /**
   * Bytes per source file, and the JsVars of its functions on Espruino, largest first. Bytes that the build adds are under "(wrapping)". The sum is
   * `minified`.
   */
  modules: { file: string; bytes: number; variables: number }[];
}

/**
 * Estimates the JsVars that the functions of a module occupy on Espruino while it is loaded, per source file: 6 for each function and one for each
 * parameter, whatever its length if the code is in flash. For linux-espruino's library the estimate is 1,262; 1,222 were measured on 2v29.
 */
function countVariables(code: string, map: SourceMap): Map<string, number> {
  const counts = new Map<string, number>();
  const segments = decodeSegments(map, code);
  for (const node of parseProgram(code).body as Node[]) {
    // A function used in one place only is written as `exports.name = function …`.
    const assigned = node.type === 'ExpressionStatement' ? assignments(node.expression).filter(({ type }) => type === 'FunctionExpression') : [];
    for (const one of node.type === 'FunctionDeclaration' ? [node] : assigned) {
      const segment = segments.filter(({ offset, source }) => offset <= one.start && source >= 0).pop();
      const file = (segment && map.sources[segment.source]) ?? '';
      counts.set(file, (counts.get(file) ?? 0) + 6 + one.params.length);
    }
  }
  return counts;
}

/** The assigned values of `a = x, b = y`: x and y. */
function assignments(node: Node): Node[] {
  if (node.type === 'SequenceExpression') return node.expressions.flatMap(assignments);
  return node.type === 'AssignmentExpression' ? [node.right] : [];
}

/** Builds the library in memory. Throws a Problem when it cannot be built. */
export async function measureBoard(board: BoardFolder): Promise<Measurement> {
  const chunk = scriptOf(await generateBundle(libraryOptions(board, 'measured')));
  const map = chunk.map as unknown as SourceMap;
  const variables = ENGINES[board.board.engine].modules ? new Map<string, number>() : countVariables(chunk.code, map);
  const modules = [...countBytes(chunk.code, map)]
    .map(([file, bytes]) => ({ file: file || '(wrapping)', bytes, variables: variables.get(file) ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes);
  return { minified: chunk.code.length, gzip: gzipSync(chunk.code, { level: 9 }).length, modules };
}
