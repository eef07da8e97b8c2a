/** The console under many clients: what an Update costs the page, and what it touches. */
import type { ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { inBrowser, withPage } from './support/stage';
import { registration, ScriptedServer, updated } from './support/scripted';

const FEW = 500;
const MANY = 5000;
/** Updates that are measured, and how many come at once: 200 a second, as events arrive in pieces. */
const UPDATES = 1000;
const BATCH = 10;
const PER_SECOND = 200;

const nameOf = (i: number): string => `urn:dev:${String(i).padStart(6, '0')}`;
const spec = (id: number, name: string) => ({
  id, name, instancetype: 'single', mandatory: true, urn: '', version: '1.0', lwm2mversion: '1.0', description: '', description2: '',
  resourcedefs: Array.from({ length: 20 }, (_, i) => ({
    id: i, name: `Resource ${i}`, operations: 'RW', instancetype: 'single', mandatory: false, type: 'integer', range: '', units: '', description: '', meanings: {},
  })),
});

async function withMany(
  t: ExecutionContext,
  chromium: Browser,
  count: number,
  run: (page: Page, server: ScriptedServer) => Promise<void>,
): Promise<void> {
  const server = new ScriptedServer();
  server.clients = Array.from({ length: count }, (_, i) => registration(nameOf(i), { availableInstances: { 3: [0], 4: [0] } }));
  server.script = (_method, { pathname }) => (pathname.startsWith('/api/objectspecs/') ? { json: [spec(3, 'Device'), spec(4, 'Connectivity')] } : undefined);
  await server.start();
  try {
    await withPage(t, chromium, server.url, async (page) => {
      await page.locator('.clients .count', { hasText: new RegExp(`^${count}$`) }).waitFor();
      await run(page, server);
    });
  } finally {
    await server.stop();
  }
}

/** Milliseconds of CPU that the page's main thread has used: no other process makes it more. */
async function meter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
  };
}

/** When the last client shows, the page has processed all events before it. */
async function settle(page: Page, server: ScriptedServer, count: number): Promise<void> {
  server.tell('REGISTRATION', registration(`last-${count}`));
  await page.locator('.clients .count', { hasText: new RegExp(`^${count}$`) }).waitFor();
}

async function measure(page: Page, server: ScriptedServer, count: number): Promise<{ update: number; click: number }> {
  const used = await meter(page);
  const send = async (updates: number): Promise<void> => {
    for (let i = 0; i < updates; i += BATCH) {
      for (let j = i; j < i + BATCH; j++) {
        const endpoint = nameOf((j * 7919) % count);
        server.tell('UPDATED', updated(endpoint));
        server.tell('COAPLOG', {
          timestamp: Date.now(), incoming: true, type: 'CON', code: 'POST', mId: j, token: 'aabbccdd', options: 'Uri-Path: rd, x', ep: endpoint,
          peer: '192.0.2.1:5683', path: '/rd/x', length: 20,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, (BATCH * 1000) / PER_SECOND));
    }
  };
  await send(100);
  await settle(page, server, count + 1);
  const before = await used();
  await send(UPDATES);
  await settle(page, server, count + 2);
  const update = ((await used()) - before) / UPDATES;
  const start = await used();
  // by the page itself: looking for the place of a real click would be measured with it
  await page.evaluate(`new Promise((resolve) => {
    document.querySelectorAll('.clients a')[5].click();
    const look = () => (document.querySelectorAll('.client details.instance').length === 2 ? requestAnimationFrame(resolve) : requestAnimationFrame(look));
    look();
  })`);
  return { update, click: (await used()) - start };
}

inBrowser('an Update costs the page as much with 5,000 clients as with 500, and leaves a click its 100 ms', async (t, chromium) => {
  const costs: Record<number, { update: number; click: number }> = {};
  for (const count of [FEW, MANY]) await withMany(t, chromium, count, async (page, server) => void (costs[count] = await measure(page, server, count)));
  const [few, many] = [costs[FEW]!, costs[MANY]!];
  const inTime = many.click + (many.update * PER_SECOND) / 10;
  t.log(`measured: ms of main-thread CPU for an Update and its log entry: ${few.update.toFixed(3)} with ${FEW} clients, ${many.update.toFixed(3)} with ${MANY}`);
  t.log(`measured: ms of main-thread CPU for a click that shows a client: ${few.click.toFixed(1)} with ${FEW} clients, ${many.click.toFixed(1)} with ${MANY}`);
  t.log(`measured: ms until a click is answered among ${PER_SECOND} Updates a second, ${MANY} clients: ${inTime.toFixed(1)}`);
  t.true(many.update < 2 * few.update + 0.1, 'it grows with the number of clients');
  t.true(many.update < 2.5, 'half of the time is left at 200 a second');
  t.true(inTime < 100, 'a click and the Updates of 100 ms take less than 100 ms');
});

inBrowser('an Update changes its own row and nothing else; rows that are not seen are not there', async (t, chromium) => {
  await withMany(t, chromium, MANY, async (page, server) => {
    t.true((await page.locator('.clients li').count()) < 40);
    // the pages that the list came in
    t.is(server.asked.filter((request) => request.startsWith('GET /api/clients?limit=')).length, 10);
    // everything in the list but the ages, which go on with the clock
    await page.evaluate(`
      window.touched = [];
      new MutationObserver((records) => {
        for (const { target } of records) {
          const element = target.nodeType === 1 ? target : target.parentElement;
          if (!element.closest('.age')) window.touched.push(element.closest('li')?.querySelector('strong').textContent ?? 'the list');
        }
      }).observe(document.getElementById('clients'), { subtree: true, childList: true, characterData: true, attributes: true });
    `);
    const change = (endpoint: string) => ({ ...updated(endpoint), registration: { ...(updated(endpoint)['registration'] as object), address: '198.51.100.7:9999' } });
    server.tell('UPDATED', change(nameOf(4000)));
    server.tell('UPDATED', change(nameOf(2)));
    await page.locator('.clients a small', { hasText: '198.51.100.7' }).waitFor();
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    t.deepEqual([...new Set<string>(await page.evaluate('window.touched'))], [nameOf(2)]);
    // the last one is drawn when it is seen
    await page.locator('.clients a').first().focus();
    await page.keyboard.press('End');
    await page.locator('.clients a', { hasText: nameOf(MANY - 1) }).waitFor();
    t.true((await page.locator('.clients li').count()) < 40);
    t.is(await page.locator('.clients li', { hasText: nameOf(MANY - 1) }).getAttribute('aria-posinset'), String(MANY));
    await page.keyboard.press('Enter');
    await page.locator('.who h2', { hasText: nameOf(MANY - 1) }).waitFor();
    await page.getByRole('searchbox').fill('dev:0040');
    await page.locator('.clients .count', { hasText: `100 of ${MANY}` }).waitFor();
  });
});

/** A device with as many instances as some have, one of them open and read. */
async function withInstances(
  t: ExecutionContext,
  chromium: Browser,
  count: number,
  run: (page: Page, notify: (value: number) => void, server: ScriptedServer) => Promise<void>,
): Promise<void> {
  const server = new ScriptedServer();
  server.clients = [registration('board', { availableInstances: { 3: Array.from({ length: count }, (_, i) => i) } })];
  const node = (id: number, value: number) => ({ kind: 'singleResource', id, type: 'INTEGER', value: String(value) });
  server.script = (_method, { pathname }) => {
    if (pathname.startsWith('/api/objectspecs/')) return { json: [{ ...spec(3, 'Sensor'), instancetype: 'multiple' }] };
    if (pathname !== '/api/clients/board/3/1') return undefined;
    const resources = Array.from({ length: 20 }, (_, i) => node(i, 0));
    return { json: { status: 'CONTENT(205)', success: true, failure: false, content: { kind: 'instance', id: 1, resources } } };
  };
  await server.start();
  try {
    await withPage(t, chromium, server.url, async (page) => {
      await page.locator('details.instance[data-path="/3/1"] > summary').click();
      await page.locator('.row[data-path="/3/1/7"] .value', { hasText: '0' }).waitFor();
      await run(page, (value) => server.tell('NOTIFICATION', { ep: 'board', kind: 'single', res: '/3/1/7', val: node(7, value) }), server);
    });
  } finally {
    await server.stop();
  }
}

inBrowser('a notification changes the value of its row and nothing else, once a frame', async (t, chromium) => {
  await withInstances(t, chromium, 20, async (page, notify) => {
    await page.evaluate(`
      window.touched = [];
      window.draws = 0;
      new MutationObserver((records) => {
        const values = new Set();
        for (const { target } of records) {
          const element = target.nodeType === 1 ? target : target.parentElement;
          if (element.closest('.facts')) continue;
          const row = element.closest('.row')?.dataset.path ?? element.outerHTML.slice(0, 80);
          values.add(row + ' ' + (element.closest('.value') ? 'value' : element.className));
        }
        if (values.size) window.draws++;
        window.touched.push(...values);
      }).observe(document.getElementById('main'), { subtree: true, childList: true, characterData: true, attributes: true });
    `);
    for (let value = 1; value <= 400; value++) notify(value);
    await page.locator('.row[data-path="/3/1/7"] .value', { hasText: /^400$/ }).waitFor();
    t.deepEqual([...new Set<string>(await page.evaluate('window.touched'))], ['/3/1/7 value']);
    t.true((await page.evaluate<number>('window.draws')) < 200);
  });
});

inBrowser('a notification costs the page as much with 300 instances as with 30', async (t, chromium) => {
  const costs: number[] = [];
  for (const count of [30, 300]) {
    await withInstances(t, chromium, count, async (page, notify) => {
      const used = await meter(page);
      const send = async (from: number, to: number): Promise<void> => {
        for (let value = from; value < to; value++) {
          notify(value);
          if (value % BATCH === 0) await new Promise((resolve) => setTimeout(resolve, (BATCH * 1000) / PER_SECOND));
        }
        await page.locator('.row[data-path="/3/1/7"] .value', { hasText: new RegExp(`^${to - 1}$`) }).waitFor();
      };
      await send(1, 101);
      const before = await used();
      await send(101, 701);
      costs.push(((await used()) - before) / 600);
    });
  }
  t.log(`measured: ms of main-thread CPU for a notification that is shown: ${costs[0]!.toFixed(3)} with 30 instances, ${costs[1]!.toFixed(3)} with 300`);
  t.true(costs[1]! < 2 * costs[0]! + 0.2, 'it grows with the number of instances');
  t.true(costs[1]! < 2.5, 'half of the time is left at 200 a second');
});
