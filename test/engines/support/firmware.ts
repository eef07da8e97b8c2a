/** An engine inside of our own host program (test/engines/native), which runs what it is given and lines besides. */
import { Running } from './process';

/** A firmware that runs. */
export class Firmware extends Running {
  #asked = 0;

  /** The value of an expression, as JSON has it, worked out while the program runs: it must read lines. Rejects with what is thrown. */
  async evaluate(expression: string): Promise<any> {
    const id = `@${++this.#asked}`;
    const from = this.mark();
    this.type(`try{print("${id}="+JSON.stringify(${expression}))}catch(e){print("${id}!"+e)}`);
    const [, kind, text] = await this.waitFor(new RegExp(`^${id}([=!])(.*)\\n`, 'm'), 30000, Math.max(0, from - 1));
    if (kind === '!') throw new Error(text);
    return text === 'undefined' ? undefined : JSON.parse(text!);
  }

  /** What went wrong by its own account. */
  get complaints(): string[] {
    return this.output.split('\n').filter((line) => /Uncaught|Error/.test(line));
  }
}
