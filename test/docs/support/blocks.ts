/** Fenced blocks of a page: "```ts file=app.ts" has the language `ts` and the attribute `file`. */

export interface Block {
  language: string;
  attributes: Record<string, string>;
  text: string;
  /** Line of the page where the block begins, from 1. */
  line: number;
}

/** All fenced blocks, in order; a block may be indented, as in a list. */
export function readBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  let open: { indent: string; block: Block } | undefined;
  page.split('\n').forEach((line, i) => {
    const fence = /^(\s*)```(\S*)(.*)$/.exec(line);
    if (open && fence && !fence[2]) {
      blocks.push(open.block);
      open = undefined;
    } else if (open) open.block.text += (line.startsWith(open.indent) ? line.slice(open.indent.length) : line) + '\n';
    else if (fence) {
      const attributes = Object.fromEntries([...fence[3]!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]));
      open = { indent: fence[1]!, block: { language: fence[2]!, attributes, text: '', line: i + 1 } };
    }
  });
  if (open) throw new Error(`the block at line ${open.block.line} has no end`);
  return blocks;
}

/** What a console block says: commands, `^C`, and lines that are seen, in order. */
export type Step = { command: string; seen: string[] } | { interrupt: true; seen: string[] } | { seen: string[] };

export function readSteps(text: string): Step[] {
  const steps: Step[] = [{ seen: [] }];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), seen: [] });
    else if (line === '^C') steps.push({ interrupt: true, seen: [] });
    else steps.at(-1)!.seen.push(line);
  }
  return steps.filter((step) => 'command' in step || 'interrupt' in step || step.seen.length);
}

/** A line that is seen as a pattern: `…` is any text, a time of day any other time. */
export function patternOf(line: string): RegExp {
  const escaped = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/…/g, '.*').replace(/\d\d:\d\d:\d\d/g, '\\d\\d:\\d\\d:\\d\\d');
  return new RegExp(`^${escaped}$`);
}

/** What is wrong with the output of a command; undefined when it is as the page says. A line `…` stands for any lines. */
export function compareOutput(output: string, seen: string[]): string | undefined {
  const lines = output.replace(/\n$/, '').split('\n').filter((line, i, all) => line !== '' || all.length > 1);
  let at = 0;
  let skipping = false;
  for (const line of seen) {
    if (line === '…') {
      skipping = true;
      continue;
    }
    const pattern = patternOf(line);
    const found = skipping ? lines.findIndex((one, i) => i >= at && pattern.test(one)) : pattern.test(lines[at] ?? '') ? at : -1;
    if (found < 0) return `the page says\n  ${line}\nand it prints\n  ${lines.slice(at).join('\n  ')}`;
    at = found + 1;
    skipping = false;
  }
  return skipping || at >= lines.length ? undefined : `it also prints\n  ${lines.slice(at).join('\n  ')}`;
}
