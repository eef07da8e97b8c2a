/** The pages of the manual: what is generated is up to date, links lead somewhere, quoted messages are those of the sources. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { DOCS, findStale, listPages } from '../../tools/docs/generate';
import { fillSections, listSections, makeTable } from '../../tools/docs/sections';

const read = (page: string): string => readFileSync(join(DOCS, page), 'utf8');
/** Text without fenced blocks and code. */
const prose = (text: string): string => text.replace(/^\s*```[^]*?^\s*```/gm, '').replace(/`[^`\n]*`/g, '');
/** The anchor of a heading, as forges and VitePress make it. */
const anchorOf = (heading: string): string => heading.toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`'’.,:;?!()/“”"…]/g, '').trim().replace(/\s+/g, '-').replace(/^(\d)/, '$1');

test('what comes from the sources is in the pages: npm run docs:generate writes it', async (t) => {
  t.deepEqual([...(await findStale()).keys()], []);
});

test('every generated mark is filled in some page, and none twice', (t) => {
  const names = listPages().flatMap((page) => listSections(read(page)));
  t.deepEqual([...new Set(names)].sort(), [...names].sort());
  t.throws(() => fillSections('<!-- generated x -->\n<!-- end -->', {}), { message: /no text for the mark x/ });
  t.is(fillSections('a\n<!-- generated x -->\nold\n<!-- end -->\nb', { x: 'new' }), 'a\n<!-- generated x -->\nnew\n<!-- end -->\nb');
  t.is(makeTable(['a', 'b'], [['1|2', 'x\ny']]), '| a | b |\n| --- | --- |\n| 1\\|2 | x y |');
});

for (const page of [...listPages().map((name) => join('docs', name)), ...readdirSync(inPackage('boards')).map((name) => join('boards', name, 'README.md')), 'CONTRIBUTING.md', 'ARCHITECTURE.md']) {
  if (!existsSync(inPackage(page))) continue;
  test(`${page}: links lead to files and headings that exist`, (t) => {
    const file = inPackage(page);
    for (const [, target] of prose(readFileSync(file, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^\w+:/.test(target!)) continue;
      const [path, anchor] = target!.split('#');
      const linked = path ? resolve(dirname(file), path) : file;
      t.true(existsSync(linked), `${target}: there is no ${relative(inPackage(), linked)}`);
      if (!anchor || !linked.endsWith('.md') || !existsSync(linked)) continue;
      const anchors = [...readFileSync(linked, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
      t.true(anchors.includes(anchor), `${target}: no such heading; there are ${anchors.join(', ')}`);
    }
    t.pass();
  });
}

/** Every text of the sources with `…` where something is put in. */
function readSources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : readSources(path);
    return /\.(ts|js)$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

const sources = ['src', 'boards'].flatMap((folder) => readSources(inPackage(folder)));

/** The sentences in the first column of the tables below headings that begin with "By sentence". */
function quotedSentences(text: string): string[] {
  const parts = text.split(/^## /m).filter((part) => part.startsWith('By sentence'));
  return parts.flatMap((part) => [...part.matchAll(/^\| `((?:[^`])+)` \|/gm)].map(([, sentence]) => sentence!));
}

test('troubleshooting: each sentence is one that the sources print', (t) => {
  const sentences = quotedSentences(read('troubleshooting.md'));
  t.true(sentences.length > 30);
  for (const sentence of sentences) {
    // Pieces between what differs; a short one says nothing.
    const pieces = sentence.split('…').map((piece) => piece.trim().replace(/^[:,;)\].(]+|[:,;(['"]+$/g, '').trim()).filter((piece) => piece.length > 4);
    t.true(pieces.length > 0 && sources.some((source) => pieces.every((piece) => source.includes(piece))), sentence);
  }
});

test("boards: each page has the steps from the unopened board on, and a table of what can go wrong", (t) => {
  const pages = listPages().filter((page) => /^boards\/(?!README)/.test(page));
  t.deepEqual(pages.map((page) => page.slice(7, -3)).sort(), readdirSync(inPackage('boards')).filter((name) => existsSync(inPackage('boards', name, 'board.ts'))).sort());
  for (const page of pages) {
    const headings = [...read(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    t.deepEqual(headings, ['You need', '1. Firmware', '2. Wiring', '3. Network', '4. Program', '5. Provision', '6. What you see', 'What can go wrong', 'Size and memory', 'How it works'], page);
    t.regex(read(page), /\| symptom \| cause \| cure \|/, page);
  }
});

test('boards: what wixt flash prints of a README for other boards stands on the page of the board', (t) => {
  for (const name of ['host', 'iotjs', 'moddable', 'mquickjs']) {
    const steps = readFileSync(inPackage('boards', name, 'README.md'), 'utf8').split('\n').filter((line) => line.startsWith('- **'));
    t.true(steps.length > 0, name);
    for (const [, command] of steps.join('\n').matchAll(/`((?:npx|npm|mqjs|iotjs|tools\/build|xs-dev|cd) [^`]+)`/g)) t.true(read(`boards/${name}.md`).includes(command!), `${name}: ${command}`);
  }
});
