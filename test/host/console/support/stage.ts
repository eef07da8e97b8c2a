/** A page of the console in a real browser: Debian's chromium through playwright-core, where there is one. */
import { existsSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { connect } from '../../../../boards/host/main';
import { createLwM2mServer, type Server } from '../../../../src/host/server/index';
import { onEngine, withoutEngine } from '../../../support/engine';
import { createWorld, type World } from '../../../support/world';

const BROWSERS = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = BROWSERS.find((path) => path && existsSync(path));
// without the network flags, every start of Chromium asks for its maker's hosts
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser | undefined;

/** The browser of this test file, started once. */
async function startBrowser(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return (browser ??= await chromium.launch({ executablePath, args: FLAGS }));
}

test.after.always(() => browser?.close());

/** Runs in a browser; reports a skip without one. */
export function inBrowser(title: string, run: (t: ExecutionContext, browser: Browser) => Promise<void>): void {
  test.serial(title, async (t) => {
    if (!executablePath) return withoutEngine(t, 'chromium', "no browser; install Debian's chromium or set CHROMIUM");
    const started = await startBrowser();
    onEngine(t, 'chromium', started.version());
    return run(t, started);
  });
}

export interface Scene {
  server: Server;
  page: Page;
  world: World;
  /** Registers the device, or another one. */
  join: (endpoint?: string) => ReturnType<typeof connect>;
}

/** Opens a page at `url`, runs the test, and closes it; the page may have no errors and ask nobody else. */
export async function withPage(
  t: ExecutionContext,
  chromium: Browser,
  url: string,
  run: (page: Page) => Promise<void>,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<void> {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  // A busy machine takes its time.
  page.setDefaultTimeout(60_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && wrong.push(message.text()));
  page.on('request', (request) => !request.url().startsWith(url) && !request.url().startsWith('data:') && wrong.push(`asked for ${request.url()}`));
  try {
    await page.goto(url);
    await run(page);
    t.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/** Sets the scene with a server and a device, runs the test in it, and takes it down. */
async function play(t: ExecutionContext, chromium: Browser, run: (t: ExecutionContext, scene: Scene) => Promise<void>): Promise<void> {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'] });
  await server.start();
  const world = createWorld();
  const devices: ReturnType<typeof connect>[] = [];
  const join = (endpoint = 'board'): ReturnType<typeof connect> => {
    const device = connect({ endpoint, server: `coap://127.0.0.1:${server.coapAddresses[0]!.port}`, lifetime: 300, objects: world.objects });
    devices.push(device);
    return device;
  };
  try {
    await withPage(t, chromium, server.httpUrl!, (page) => run(t, { server, page, world, join }));
  } finally {
    for (const device of devices) device.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.stop();
  }
}

export function browserTest(title: string, run: (t: ExecutionContext, scene: Scene) => Promise<void>): void {
  inBrowser(title, (t, chromium) => play(t, chromium, run));
}

export const row = (page: Page, path: string) => page.locator(`.row[data-path="${path}"]`);
export const valueOf = (page: Page, path: string, text: string | RegExp) => row(page, path).locator('.value', { hasText: text }).waitFor();
export const instance = (page: Page, path: string) => page.locator(`details.instance[data-path="${path}"]`);
export const open = (page: Page, path: string) => page.locator(`details.instance[data-path="${path}"] > summary`).click();
export const done = (page: Page, text: string) => page.locator('.toast', { hasText: text }).waitFor();
/** The element with the focus: its tag and its name. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate('`${document.activeElement.tagName} ${document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim().slice(0, 60)}`');
