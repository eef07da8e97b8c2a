/** The minifier, with exactly the options that were measured. */
import type { MinifyOptions } from 'terser';
import { INTERNAL, type NameTable } from './names';

/**
 * Terser's defaults make programs that run wrong on Espruino in silence: 62 of 1,200 random ones; with these 0 of 6,000.
 * if_return: puts assignments before their var. switches: moves cases behind default. reduce_funcs: puts functions into the head
 * of a for. ascii_only: a character above 127 is two on most boards. The `unsafe` options change results even on Node.
 * `names` are the short names of internal properties; null leaves all properties as they are. Only what
 * `pattern` matches is renamed.
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
 * Puts numbers where they are used. Terser does it only where that is shorter, and takes each name for one character; but a variable costs a
 * JsVar of its own, or 12 bytes of a heap, and a search at each use.
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

