/** The console when the server or the device does not answer. */
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { createLwM2mServer } from '../../../src/host/server/index';
import { findFaint } from './support/contrast';
import { done, inBrowser, row, valueOf, withPage } from './support/stage';
import { registration, ScriptedServer, type Json, type Reply } from './support/scripted';

const resource = (id: number, name: string, type: string, operations = 'RW', changes: Json = {}): Json => ({
  id, name, operations, type, instancetype: 'single', mandatory: false, range: '', units: '', description: '', meanings: {}, ...changes,
});
const DEVICE = {
  id: 3, name: 'Device', instancetype: 'single', mandatory: true, urn: '', version: '1.0', lwm2mversion: '1.0', description: '', description2: '',
  resourcedefs: [resource(9, 'Battery Level', 'integer', 'R'), resource(13, 'Current Time', 'time'), resource(14, 'UTC Offset', 'string')],
};

/** A page on a scripted server with one client, "board". */
async function withServer(
  t: ExecutionContext,
  chromium: Parameters<Parameters<typeof inBrowser>[1]>[1],
  run: (page: Page, server: ScriptedServer) => Promise<void>,
  answer: (method: string, url: URL, body: string) => Reply | undefined = () => undefined,
): Promise<void> {
  const server = new ScriptedServer();
  server.clients = [registration('board')];
  server.script = (method, url, body) => answer(method, url, body) ?? (url.pathname.startsWith('/api/objectspecs/') ? { json: [DEVICE] } : undefined);
  await server.start();
  try {
    await withPage(t, chromium, server.url, async (page) => {
      await page.locator('.client').waitFor();
      await run(page, server);
    });
  } finally {
    await server.stop();
  }
}

const battery = (value: unknown): Reply => ({ json: { status: 'CONTENT(205)', valid: true, success: true, failure: false, content: { kind: 'singleResource', id: 9, type: 'INTEGER', value } } });

inBrowser('a server that is lost is said to be lost; its clients are not said to have left, and it is found again', async (t, chromium) => {
  await withServer(
    t,
    chromium,
    async (page, server) => {
      await page.locator('details.instance > summary').click();
      await valueOf(page, '/3/0/9', '50');
      await server.stop();
      await page.locator('#lost', { hasText: 'The connection to the server is lost' }).waitFor();
      t.is(await page.locator('#lost').getAttribute('role'), 'alert');
      t.is(await page.locator('.clients a').count(), 1);
      t.false(await page.locator('.gone').isVisible());
      await valueOf(page, '/3/0/9', '50');
      const read = row(page, '/3/0/9').getByRole('button', { name: 'Read' });
      await page.locator('.objects button[aria-disabled="true"]').first().waitFor();
      t.is(await read.getAttribute('aria-disabled'), 'true');
      for (const theme of ['light', 'dark']) {
        await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
        t.deepEqual((await findFaint(page)).faint, [], theme);
      }
      // meanwhile one came, and one is another
      server.clients = [registration('board', { registrationId: 'later', address: '192.0.2.9:5683' }), registration('fresh')];
      await server.start();
      await page.locator('#lost').waitFor({ state: 'hidden' });
      await page.locator('.clients a', { hasText: 'fresh' }).waitFor();
      await page.locator('.facts', { hasText: '192.0.2.9' }).waitFor();
      await page.locator('.objects button[aria-disabled="true"]').waitFor({ state: 'detached' });
      server.tell('DEREGISTRATION', { endpoint: 'fresh', registrationId: 'id-fresh', reason: 'deregistered' });
      await page.locator('.clients a', { hasText: 'fresh' }).waitFor({ state: 'detached' });
    },
    (_method, { pathname }) => (pathname === '/api/clients/board/3/0' ? { json: { ...(battery('50').json as Json), content: { kind: 'instance', id: 0, resources: [{ kind: 'singleResource', id: 9, type: 'INTEGER', value: '50' }] } } } : undefined),
  );
});

inBrowser('clients that a server takes along when it stops are still shown as they were', async (t, chromium) => {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'] });
  await server.start();
  const url = server.httpUrl!;
  const { connect } = await import('../../../boards/host/main');
  const { createWorld } = await import('../../support/world');
  const device = connect({ endpoint: 'board', server: `coap://127.0.0.1:${server.coapAddresses[0]!.port}`, lifetime: 300, objects: createWorld().objects });
  try {
    await withPage(t, chromium, url, async (page) => {
      await page.locator('.client').waitFor();
      await server.stop();
      await page.locator('#lost').waitFor();
      t.is(await page.locator('.clients a').count(), 1);
      t.false(await page.locator('.gone').isVisible());
      const again = createLwM2mServer({ coapPort: 0, httpPort: Number(new URL(url).port), hosts: ['127.0.0.1'] });
      await again.start();
      try {
        await page.locator('#lost').waitFor({ state: 'hidden' });
        // the one that starts knows of none
        await page.locator('.gone').waitFor();
        t.is(await page.locator('.clients a').count(), 0);
      } finally {
        await again.stop();
      }
    });
  } finally {
    device.stop();
  }
});

inBrowser('a stream of events that is refused says why, and is tried again', async (t, chromium) => {
  let refused = true;
  const server = new ScriptedServer();
  server.clients = [registration('board')];
  server.script = () => (refused ? { status: 401, json: { error: 'Unauthorized', message: 'this server asks for its token' } } : undefined);
  await server.start();
  server.refuseStreams = () => refused;
  try {
    await withPage(t, chromium, server.url, async (page) => {
      await page.locator('#lost', { hasText: 'token' }).waitFor();
      refused = false;
      await page.locator('#lost').waitFor({ state: 'hidden' });
      await page.locator('.clients a', { hasText: 'board' }).waitFor();
    });
  } finally {
    await server.stop();
  }
});

inBrowser('what the device or the server refuses is explained where it was asked for', async (t, chromium) => {
  let reply: Reply = battery('50');
  await withServer(
    t,
    chromium,
    async (page) => {
      await page.locator('details.instance > summary').click();
      const read = row(page, '/3/0/9').getByRole('button', { name: 'Read' });
      for (const [answer, sentence] of [
        [{ json: { status: 'METHOD_NOT_ALLOWED(405)', failure: true } }, 'Read /3/0/9: 4.05 Method Not Allowed. The device does not allow this operation at this path.'],
        [{ json: { status: 'NOT_FOUND(404)', failure: true, errormessage: '<b>no</b>' } }, 'The device says: “<b>no</b>”'],
        [{ status: 504, json: { error: 'TimeoutError', message: 'no answer' } }, 'The device did not answer within 20 s.'],
        [{ status: 502, json: { error: 'ResetError', message: 'a Reset' } }, 'The device rejected the message with a Reset'],
        [{ status: 503, json: { error: 'CanceledError', message: 'left' } }, 'left or registered again'],
        [{ status: 404, json: { error: 'UnknownClientError', message: 'No registered client' } }, 'The client is no longer registered.'],
        [{ status: 400, json: { error: 'InvalidRequestError', message: 'the format "X" is not known here' } }, 'The format "X" is not known here. (400)'],
        [{ status: 500, json: { error: 'InternalError', message: 'this server failed' } }, 'The server failed'],
      ] as [Reply, string][]) {
        reply = answer;
        await read.click();
        await done(page, sentence);
      }
      t.is(await page.locator('.toast b').count(), 0);
    },
    (_method, { pathname }) => (pathname === '/api/clients/board/3/0/9' || pathname === '/api/clients/board/3/0' ? reply : undefined),
  );
});

inBrowser('values of every kind are shown for what they are', async (t, chromium) => {
  const values: [string, string, unknown, RegExp | string][] = [
    ['float', 'FLOAT', '21.100000381469727', /^21\.1 Cel$/],
    ['float', 'FLOAT', 'NaN', /^NaN Cel$/],
    ['integer', 'INTEGER', '9223372036854775807', /^9223372036854775807 Cel$/],
    ['integer', 'INTEGER', '2', /^2 Cel \(Downloaded\)$/],
    ['time', 'TIME', '9223372036854775807000', /^9223372036854775807 s Cel.*too far/],
    ['time', 'TIME', Date.UTC(2026, 10, 30, 20, 5, 9), /^2026-11-30 20:05:09/],
    ['string', 'STRING', '', '(empty)'],
    ['string', 'STRING', null, '(no value)'],
    ['string', 'STRING', 'x'.repeat(5000), /…/],
    ['boolean', 'BOOLEAN', false, /^false/],
    ['opaque', 'OPAQUE', '00ff', /^00 ff.*\(2 bytes\)$/],
    ['objlnk', 'OBJLNK', { objectId: 65535, objectInstanceId: 65535 }, /no link/],
  ];
  const spec = () => ({
    ...DEVICE,
    resourcedefs: values.map(([type], i) => resource(i, `Value ${i}`, type, 'RW', { units: 'Cel', meanings: { 2: 'Downloaded' }, description: 'What it <i>is</i>' })),
  });
  await withServer(
    t,
    chromium,
    async (page, server) => {
      await page.locator('details.instance > summary').click();
      for (const [i, [, , , expected]] of values.entries()) await valueOf(page, `/3/0/${i}`, expected);
      const long = row(page, '/3/0/8');
      await long.getByRole('button', { name: 'Show all of Value 8 /3/0/8' }).click();
      t.is((await page.getByRole('dialog').getByRole('textbox').inputValue()).length, 5000);
      await page.keyboard.press('Escape');
      // what is written without a change is what was read, digit by digit
      await row(page, '/3/0/0').getByRole('button', { name: 'Write' }).click();
      t.is(await page.getByRole('dialog').getByRole('textbox').inputValue(), '21.1');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      t.true(server.asked.some((request) => request.startsWith('PUT /api/clients/board/3/0/0')));
      await row(page, '/3/0/2').getByRole('button', { name: 'About' }).click();
      await page.locator('.about', { hasText: 'What it <i>is</i>' }).getByText('Downloaded').waitFor();
      // one point has an axis of minutes, in 24 hours
      await row(page, '/3/0/3').getByRole('button', { name: 'Chart' }).click();
      await page.locator('.chart canvas').waitFor();
      const { timeRange, timeLabels, valueRange } = await page.evaluate<any>(`import('./chart.js').then(({ timeRange, timeLabels, valueRange }) => ({
        timeRange: timeRange(1000000000, 1000000000), timeLabels: timeLabels([1796072700, 1796072730], 30), valueRange: [valueRange(0, 0), valueRange(20, 20), valueRange(null, null)],
      }))`);
      t.deepEqual(timeRange, [1000000000 - 30, 1000000000 + 30]);
      t.is(timeLabels[1], '21:05:30');
      t.deepEqual(valueRange, [[-1, 1], [18, 22], [0, 1]]);
      t.notRegex(await page.locator('main').innerText(), /Invalid Date|undefined|\bAM\b|\bPM\b|\[object/);
    },
    (method, { pathname }) => {
      if (pathname.startsWith('/api/objectspecs/')) return { json: [spec()] };
      if (method === 'PUT') return { json: { status: 'CHANGED(204)', success: true, failure: false } };
      const id = /^\/api\/clients\/board\/3\/0\/(\d+)$/.exec(pathname)?.[1];
      const node = (i: number) => ({ kind: 'singleResource', id: i, type: values[i]![1], value: values[i]![2] });
      if (id !== undefined) return { json: { status: 'CONTENT(205)', success: true, failure: false, content: node(Number(id)) } };
      if (pathname !== '/api/clients/board/3/0') return undefined;
      return { json: { status: 'CONTENT(205)', success: true, failure: false, content: { kind: 'instance', id: 0, resources: values.map((_, i) => node(i)) } } };
    },
  );
});

inBrowser('the token behind the address opens the console, goes from the address, and stays as a session', async (t, chromium) => {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'], httpToken: 'open-sesame-open-sesame' });
  await server.start();
  try {
    await withPage(t, chromium, server.httpUrl!, async (page) => {
      // without it the page says what to do
      await page.locator('#lost', { hasText: 'token' }).waitFor();
      await page.goto('about:blank');
      await page.goto(`${server.httpUrl}/#token=open-sesame-open-sesame`);
      await page.getByText('No client yet').waitFor();
      await page.locator('#link.up').waitFor();
      t.notRegex(page.url(), /sesame/);
      await page.reload();
      await page.locator('#link.up').waitFor();
      await page.goto('about:blank');
      await page.goto(`${server.httpUrl}/#token=${encodeURIComponent('%')}`);
      await page.locator('#link.up').waitFor();
    });
  } finally {
    await server.stop();
  }
});
