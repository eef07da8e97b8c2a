/** The schema of vector files, as far as the runner reads it. */
import type { CoreUnderTest } from '../../test/support/core';

export interface Vector {
  id: string;
  op?: string;
  group?: string;
  [field: string]: any;
}

export interface VectorFile {
  topic?: string;
  description?: string;
  vectors?: Vector[];
  cases?: Vector[];
}

/** What vectors run on. */
export interface Context {
  /** The codecs, and a client of the same sources. */
  codecs: CoreUnderTest;
  /** The client: the bundle of the board `host`. */
  endpoint: CoreUnderTest;
}

/** Runs one vector: returns when it passed, throws Failure, Skip or Tolerated. */
export type Run = (vector: Vector, context: Context) => void;
