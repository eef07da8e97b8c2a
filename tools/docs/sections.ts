/** Parts of a page that come from the sources, between marks: `<!-- generated NAME -->` … `<!-- end -->`. */

const SECTION = /<!-- generated ([\w-]+) -->\n[^]*?<!-- end -->/g;

/** Names of the marked sections of a page, in order. */
export function listSections(page: string): string[] {
  return [...page.matchAll(SECTION)].map(([, name]) => name!);
}

/** Fills the marked sections of a page. Throws for a mark that has no text. */
export function fillSections(page: string, texts: Record<string, string>): string {
  return page.replace(SECTION, (_, name: string) => {
    if (texts[name] === undefined) throw new Error(`there is no text for the mark ${name}`);
    return `<!-- generated ${name} -->\n${texts[name]}\n<!-- end -->`;
  });
}

/** A table in Markdown; `|` inside cells is escaped. Columns are left-aligned. */
export function makeTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
