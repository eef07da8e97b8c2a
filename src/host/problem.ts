/** Errors that the user can mend. The command line prints them without a stack. */

/** Each line says what is wrong, where, and how to mend it. */
export class Problem extends Error {
  readonly lines: string[];
  /** Exit code: 1 for a failure, 2 for a command line that asks for something impossible. */
  readonly exitCode: 1 | 2;
  constructor(lines: string | string[], exitCode: 1 | 2 = 1) {
    const list = typeof lines === 'string' ? [lines] : lines;
    super(list.join('\n'));
    this.name = 'Problem';
    this.lines = list;
    this.exitCode = exitCode;
    // The place in our code is of no use.
    this.stack = '';
  }
}
