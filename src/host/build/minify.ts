/** The minifier, with exactly the measured options. */
import type { MinifyOptions } from 'terser';
import { INTERNAL, type NameTable } from './names';

/**
 * Terser's defaults produce programs that silently run wrong on Espruino: 62 of 1,200 random ones; with these options 0 of 6,000. if_return: puts
 * assignments before their var. switches: moves cases behind default. reduce_funcs: puts functions into the head of a for. ascii_only: a character
 * above 127 takes two bytes on most boards. The `unsafe` options change results even on Node. `names` are the short names of internal properties;
 * null leaves all properties as they are. Only properties that match `pattern` are renamed.
 */
export function terserOptions(names: NameTable | null, pattern = INTERNAL): MinifyOptions {
  const props = Object.fromEntries(Object.entries(names ?? {}).map(([long, short]) => ['$' + long, short]));
  return {
    ecma: 5,
    toplevel: true,
    compress: {
      ecma: 5,
      toplevel: true,
      passes: 3,
      pure_getters: true,
      if_return: false,
      switches: false,
      reduce_funcs: false,
      hoist_funs: true,
    },
    mangle: { toplevel: true, properties: names ? { regex: pattern } : false },
    format: { ecma: 5, ascii_only: true },
    nameCache: { vars: { props: {} }, props: { props } },
  };
}

/**
 * Replaces names of constant numbers by the numbers. Terser does this only where it is shorter, and counts each name as one character. But a variable
 * costs a JsVar, or 12 bytes of heap, and a search at each use.
 */
export const NUMBERS: MinifyOptions = {
  ecma: 5,
  toplevel: true,
  compress: { defaults: false, ecma: 5, toplevel: true, reduce_vars: true, reduce_funcs: false, evaluate: true, unused: true },
  mangle: false,
  format: { ecma: 5, preserve_annotations: true },
};

/** A source map (version 3) as an object. */
export interface SourceMap {
  version: number;
  mappings: string;
  sources: (string | null)[];
  names: string[];
  file?: string;
}

