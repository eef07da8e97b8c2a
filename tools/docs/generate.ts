/** Every page that has something from the sources, as it should be: file name → text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readLedger, type Ledger } from '../../src/host/build/ledger';
import { inPackage } from '../../src/host/build/root';
import { allTables, asMarkdown } from '../../src/host/build/tables';
import { featuresTable, limitsReference } from './boardfile';
import { figuresTable, limitsTable, overviewTable, readBoards } from './boards';
import { describeCommands } from './commands';
import { boundsTable } from './bounds';
import { objectsTable } from './objects';
import { makeOpenApi } from './openapi';
import { describeRest } from './rest';
import { fillSections, listSections } from './sections';

export const DOCS = inPackage('docs');

/** The hand-written and generated pages of the manual, relative to docs/, sorted; those of TypeDoc are left out. */
export function listPages(folder: string = DOCS): string[] {
  const skipped = new Set(['node_modules', '.vitepress', 'public', join('reference', 'api')]);
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (skipped.has(entry.name) || skipped.has(relative(DOCS, path))) return [];
      return entry.isDirectory() ? listPages(path) : entry.name.endsWith('.md') ? [relative(DOCS, path)] : [];
    })
    .sort();
}

/** Whether the aims are reached, and what gzip makes of the whole client. */
function describeRatio(ledger: Ledger): string {
  const { minified, gzip } = ledger['client-1.0']!;
  const missed = Object.values(ledger).filter((row) => row.aim && row.minified > row.aim).length;
  const aims = missed ? `${['', 'One aim is', 'Two aims are'][missed] ?? `${missed} aims are`} not reached.` : 'The aims are reached.';
  return `${aims} gzip makes ${((gzip * 100) / minified).toFixed(0)} % of the minified client, so the program itself is large, not its names.`;
}

/** Text of every generated section, by mark. */
export async function makeSections(): Promise<Record<string, string>> {
  const boards = await readBoards();
  const ledger = readLedger();
  const variables = Object.fromEntries(boards.map(({ name, variables: all }) => [name, all]));
  const texts: Record<string, string> = {
    boards: overviewTable(boards, ledger),
    commands: await describeCommands(),
    features: featuresTable(boards),
    limits: limitsReference(),
    objects: objectsTable(),
    bounds: boundsTable(),
    rest: describeRest(makeOpenApi()),
    ratio: describeRatio(ledger),
  };
  for (const [name, table] of Object.entries(allTables(ledger, variables))) texts[name] = asMarkdown(table);
  for (const board of boards) {
    texts[`limits-${board.name}`] = limitsTable(board);
    texts[`figures-${board.name}`] = figuresTable(board, ledger[board.name]!);
  }
  return texts;
}

/** Pages and files that differ from what the sources say, by path relative to docs/. */
export async function findStale(): Promise<Map<string, string>> {
  const texts = await makeSections();
  const stale = new Map<string, string>();
  for (const page of listPages()) {
    const old = readFileSync(join(DOCS, page), 'utf8');
    if (!listSections(old).length) continue;
    const filled = fillSections(old, texts);
    if (filled !== old) stale.set(page, filled);
  }
  const openapi = join('public', 'openapi.json');
  const text = JSON.stringify(makeOpenApi(), null, 2) + '\n';
  const path = join(DOCS, openapi);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) stale.set(openapi, text);
  return stale;
}
