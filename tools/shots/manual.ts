/**
 * Pictures of the manual as `npm run docs` built it: three pages on a desk, in the dark and on a telephone, and the search. They are for looking at only:
 * dist/shots. Refuses a page that is wider than its window.
 */
import { createReadStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { inPackage } from '../../src/host/build/root';

const SITE = inPackage('docs', '.vitepress', 'dist');
const OUT = inPackage('dist', 'shots');
const PAGES = ['tutorial', 'boards/esp8266', 'troubleshooting'];
const VIEWS = [
  { name: 'desk', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 375, height: 812 }, colorScheme: 'light' },
] as const;
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

/** Serves the site as its host does: `/tutorial` is tutorial.html. */
async function serveSite(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = join(SITE, normalize(decodeURIComponent(new URL(request.url!, 'http://x').pathname)));
    const file = [path, `${path}.html`, join(path, 'index.html')].find((one) => existsSync(one) && statSync(one).isFile());
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Writes the pictures. Throws when the site is absent, or when a page cannot be seen as a whole. */
export async function shootManual(): Promise<void> {
  if (!existsSync(join(SITE, 'tutorial.html'))) throw new Error('the manual is not built: run npm run docs');
  mkdirSync(OUT, { recursive: true });
  const server = await serveSite();
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    for (const { name, ...view } of VIEWS) {
      const page = await browser.newPage(view);
      for (const path of PAGES) {
        await page.goto(`${site}/${path}`, { waitUntil: 'networkidle' });
        const [inner, whole] = await page.evaluate<[number, number]>('[window.innerWidth, document.documentElement.scrollWidth]');
        if (whole > inner) throw new Error(`/${path} is ${whole} pixels wide in a window of ${inner}`);
        const file = join(OUT, `${path.replace('/', '-')}-${name}`);
        await page.screenshot({ path: `${file}.png` });
        // Tables are what a narrow window is hard on.
        const table = page.locator('main table').first();
        if (!(await table.count())) continue;
        await table.scrollIntoViewIfNeeded();
        await page.evaluate('window.scrollBy(0, window.innerHeight / 2)');
        await page.screenshot({ path: `${file}-table.png` });
      }
      if (name === 'desk') {
        await page.locator('#local-search button').click();
        await page.keyboard.type('block transfer');
        await page.locator('.VPLocalSearchBox .result').first().waitFor();
        await page.screenshot({ path: join(OUT, 'search.png') });
      }
      await page.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
  console.log('dist/shots has pictures of the manual: look at them');
}
