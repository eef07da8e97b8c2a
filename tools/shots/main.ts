/**
 * The pictures of README, made of what is really printed and shown: pictures/terminal.svg records `npm start` and three requests to the REST
 * interface; pictures/console.png is the console in Chromium beside that. Uses ports 5683 and 8080. Then pictures of the manual into
 * dist/shots, which need `npm run docs` first. `npm run shots -- manual` makes only these.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { inPackage } from '../../src/host/build/root';
import { shootManual } from './manual';
import { drawTerminal, type Line } from './terminal';

const OUT = inPackage('pictures');
const SITE = 'http://127.0.0.1:8080';
const BOARD = `${SITE}/api/clients/wixt-board`;
const SESSION = [
  `curl ${BOARD}/3/0/9`,
  `curl -X PUT ${BOARD}/3/0/15 -H 'content-type: application/json' -d '{"id": 15, "value": "Europe/Berlin"}'`,
  `curl -X POST ${BOARD}/3/0/4`,
];

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `npm start`; `printed` has its lines so far. */
function startDemo() {
  const child = spawn('npm', ['start', '--silent'], { cwd: inPackage(), detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  const printed = (): string[] => output.split('\n').slice(0, -1);
  const until = async (pattern: RegExp, from = 0): Promise<void> => {
    while (!printed().slice(from).some((line) => pattern.test(line))) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}: are ports 5683 and 8080 free?`);
      await wait(100);
    }
  };
  const end = async (): Promise<void> => {
    process.kill(-child.pid!, 'SIGTERM');
    await until(/left coap:/);
  };
  return { printed, until, end };
}

/** Records the session. Times are those of a reader, not of the machine. */
async function recordTerminal({ printed, until }: ReturnType<typeof startDemo>): Promise<void> {
  const lines: Line[] = [{ text: '$ npm start', kind: 'command', at: 0.5 }];
  let at = 1;
  let seen = 0;
  const takeOutput = (): void => {
    for (const text of printed().slice(seen)) lines.push({ text, kind: 'output', at: (at += 0.3) });
    seen = printed().length;
  };
  takeOutput();
  for (const command of SESSION) {
    lines.push({ text: '', kind: 'output', at }, { text: `$ ${command}`, kind: 'command', at: (at += 1.5) });
    const [program, ...rest] = command.match(/'[^']*'|\S+/g)!.map((word) => word.replace(/^'|'$/g, ''));
    const answer = execFileSync(program!, ['-s', ...rest], { encoding: 'utf8' });
    lines.push({ text: answer.trim(), kind: 'output', at: (at += 0.5) });
    if (command.endsWith('/3/0/4')) await until(/registered at/, seen + 2);
    await wait(300);
    takeOutput();
  }
  writeFileSync(join(OUT, 'terminal.svg'), drawTerminal('wixt: a device, a server, a console', lines, 110));
}

async function openInstance(page: Page, path: string): Promise<void> {
  const instance = page.locator(`details.instance[data-path="${path}"]`);
  if ((await instance.getAttribute('open')) === null) await instance.locator('> summary').click();
}

/** Opens the board in the console, observes its temperature for as long as a chart takes, and writes a picture. */
async function shootConsole(): Promise<void> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
    await page.goto(SITE);
    await page.locator('.who h2', { hasText: 'wixt-board' }).waitFor();
    await openInstance(page, '/3303/0');
    await page.locator('[data-path="/3303/0/5700"]').getByRole('button', { name: /^Observe/ }).click();
    await wait(65_000);
    await page.screenshot({ path: join(OUT, 'console.png') });
  } finally {
    await browser.close();
  }
}

/** Runs the demonstration as in a new clone, and makes README's pictures of it. */
async function shootReadme(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  rmSync(inPackage('dist', 'host'), { recursive: true, force: true });
  const demo = startDemo();
  try {
    await demo.until(/registered at/);
    await recordTerminal(demo);
    await shootConsole();
  } finally {
    await demo.end();
  }
  console.log('pictures/terminal.svg and pictures/console.png are made: look at them');
}

if (process.argv[2] !== 'manual') await shootReadme();
await shootManual();
process.exit(0);
