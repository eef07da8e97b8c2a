/** The console of a server that asks for a token, in a real browser. */
import { existsSync } from 'node:fs';
import test from 'ava';
import { createLwM2mServer } from '../../../src/host/server/index';

const executablePath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

(executablePath ? test : test.skip)('the address with the token opens the console, which keeps it out of sight; without it a sentence says what is missing', async (t) => {
  t.timeout(120_000);
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'], httpToken: 'token-of-this-test' });
  await server.start();
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  t.teardown(async () => {
    await browser.close();
    await server.stop();
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(server.httpUrl!);
  await page.getByText('this server asks for its token').first().waitFor();
  await page.goto('about:blank');
  await page.goto(server.consoleUrl!);
  await page.locator('#link.up').waitFor();
  t.false(page.url().includes('token'));
  t.false((await page.evaluate('document.cookie')) !== '', 'no script sees the cookie');
  await page.reload();
  await page.locator('#link.up').waitFor();
});
