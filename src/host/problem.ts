/** Errors that are the person's to mend: the command line shows them as they are, without a stack. */

/** Each line says what is wrong, where, and how to mend it. */
export class Problem extends Error {
  readonly lines: string[];
  /** What the command line ends with: 1 for a failure, 2 for a command line that asks for something impossible. */
  readonly exitCode: 1 | 2;
  constructor(lines: string | string[], exitCode: 1 | 2 = 1) {
    const list = typeof lines === 'string' ? [lines] : lines;
    super(list.join('\n'));
    this.name = 'Problem';
    this.lines = list;
    this.exitCode = exitCode;
    // Where our code noticed it helps nobody.
    this.stack = '';
  }
}
