/** README: its length, its program, its commands, its links, its boards. */
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { listBoards, readBoard } from '../../src/host/build/boards';
import { readLedger } from '../../src/host/build/ledger';
import { inPackage } from '../../src/host/build/root';
import { drawTerminal, wrapLines } from '../../tools/shots/terminal';
import { wixt } from '../support/command';
import { runNode } from '../support/live';

const readme = readFileSync(inPackage('README.md'), 'utf8');
const blocks = (language: string): string[] => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text!);

test('README has at most 150 lines', (t) => {
  t.true(readme.split('\n').length <= 151);
});

test('the program of README is examples/thermometer.ts, without its comments', (t) => {
  const program = readFileSync(inPackage('examples', 'thermometer.ts'), 'utf8').replace(/^\/\*\*[^]*?\*\/\n/, '').replace(/^\/\/.*\n/gm, '');
  t.deepEqual(blocks('ts'), [program]);
  t.true(program.split('\n').filter((line) => line.trim()).length <= 20);
});

test('every command of README is a script of package.json, or a command line that wixt takes', async (t) => {
  const { scripts } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { scripts: Record<string, string> };
  const commands = blocks('sh').flatMap((text) => text.trim().split(/\n|&&/)).map((text) => text.trim());
  t.deepEqual(commands.slice(0, 4), ['npm ci', 'npm start', 'npm ci', 'npm test']);
  const options = new Map<string, string>();
  for (const command of commands) {
    const [, rest] = /^(?:node bin\/wixt\.js|npx wixt) (.*)$/.exec(command) ?? [];
    if (rest === undefined) {
      const [, script] = /^npm (?:run )?(\w+)$/.exec(command) ?? [];
      t.true(['ci', 'install'].includes(script!) || script! in scripts || /^(cd \S+|npm install --save-dev \S+@\d\S+)$/.test(command), command);
      continue;
    }
    const [name, ...words] = rest.split(' ');
    if (!options.has(name!)) options.set(name!, (await wixt([name!, '--help'])).out);
    for (const word of words.filter((one) => one.startsWith('--'))) t.regex(options.get(name!)!, new RegExp(`^ +${word}\\b`, 'm'), command);
    const board = words[words.indexOf('--board') + 1];
    if (words.includes('--board')) t.true(listBoards().includes(board!), command);
  }
});

test('the links and pictures of README lead to files and headings', (t) => {
  const links = [...readme.replace(/```[^]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => !/^\w+:/.test(link));
  t.true(links.includes('pictures/console.png') && links.includes('pictures/terminal.svg'));
  for (const link of links) {
    const [file, anchor] = link.split('#');
    t.true(existsSync(inPackage(file!)), link);
    if (anchor) t.regex(readFileSync(inPackage(file!), 'utf8'), new RegExp(`^#+ ${anchor}$`, 'im'), link);
  }
});

test('README lists every board, with its page and what it was proved on', (t) => {
  const rows = [...readme.matchAll(/^\| \[(\S+)\]\((\S+)\) \| [^|]+ \| ([^|]+) \| (yes|not yet, tell us) \|$/gm)];
  t.deepEqual(rows.map(([, name]) => name!).sort(), listBoards());
  for (const [, name, page] of rows) t.is(page, `docs/boards/${name}.md`);
});

test('the two figures of README are those of size.json', async (t) => {
  const ledger = readLedger();
  const [, kilobytes, percent] = /The whole client takes (\d+) KB of script\. On an ESP8266 a sensor node leaves (\d+) % of Espruino's variables free/.exec(readme) ?? [];
  t.is(Number(kilobytes), Math.round(ledger['client-1.0']!.minified / 1000));
  const { variables } = (await readBoard('esp8266')).board;
  const free = 1 - ledger['esp8266']!.jsvars!.registered! / variables;
  t.true(Math.abs(Number(percent) - 100 * free) <= 1, `${percent} % and ${(100 * free).toFixed(1)} %`);
});

test('npm start: builds what is missing, and the board is in the console', async (t) => {
  const run = runNode('tools/start.js', '--coap-port', '0', '--http-port', '0');
  const [url] = /http:\S+/.exec(await run.line(/^console/))!;
  await run.line(/registered at coap:\/\/127\.0\.0\.1:\d+ as wixt-board$/);
  const clients = (await (await fetch(`${url}/api/clients`)).json()) as { endpoint: string }[];
  t.deepEqual(clients.map(({ endpoint }) => endpoint), ['wixt-board']);
  run.child.kill('SIGTERM');
  t.is(await run.ended, 0);
});

test('a recorded terminal is an SVG whose lines are wrapped and escaped', (t) => {
  t.deepEqual(wrapLines([{ text: 'abcde', kind: 'output', at: 1 }, { text: '', kind: 'output', at: 2 }], 3), [
    { text: 'abc', kind: 'output', at: 1 },
    { text: 'de', kind: 'output', at: 1 },
    { text: '', kind: 'output', at: 2 },
  ]);
  const svg = drawTerminal('a & b', [{ text: '$ x <1>', kind: 'command', at: 0.5 }]);
  t.regex(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  t.regex(svg, /aria-label="a &amp; b"/);
  t.regex(svg, />\$ x &lt;1&gt;<\/text>/);
});
