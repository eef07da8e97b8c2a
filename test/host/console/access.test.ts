/** The console by keyboard and screen reader, and in colours that can be read (WCAG 2.1, AA). */
import { findFaint } from './support/contrast';
import { browserTest, done, focused, inBrowser, instance, open, row, valueOf, withPage } from './support/stage';
import { registration, ScriptedServer } from './support/scripted';

browserTest('the focus stays where it is when clients come and go, and when the device restarts (WCAG 3.2)', async (t, { page, join }) => {
  const device = join();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/9', '50');
  const read = row(page, '/3/0/9').getByRole('button', { name: 'Read' });
  await read.focus();
  const other = join('other');
  await page.locator('.clients a', { hasText: 'other' }).waitFor();
  t.is(await focused(page), 'BUTTON Read Battery Level /3/0/9');
  other.stop();
  await page.locator('.clients a', { hasText: 'other' }).waitFor({ state: 'detached' });
  t.is(await focused(page), 'BUTTON Read Battery Level /3/0/9');
  // a restart, with a farewell and without
  device.stop();
  await page.locator('.gone').waitFor();
  t.is(await focused(page), 'BUTTON Read Battery Level /3/0/9');
  join();
  await page.locator('.gone').waitFor({ state: 'hidden' });
  t.is(await focused(page), 'BUTTON Read Battery Level /3/0/9');
  join();
  await page.locator('.row[data-path="/3/0/9"].unknown').waitFor();
  await page.keyboard.press('Enter');
  await valueOf(page, '/3/0/9', '50');
  t.is(await focused(page), 'BUTTON Read Battery Level /3/0/9');
});

browserTest('a focus whose element goes has an heir, never the body of the page', async (t, { page, join, world }) => {
  join();
  const visitor = join('visitor');
  await page.locator('.clients a', { hasText: 'visitor' }).focus();
  visitor.stop();
  await page.locator('.clients a', { hasText: 'visitor' }).waitFor({ state: 'detached' });
  t.regex(await focused(page), /^A board/);
  // the instance with the button that deleted it
  await page.keyboard.press('Enter');
  await open(page, '/16/0');
  await instance(page, '/16/0').getByRole('button', { name: 'Delete' }).click();
  // a slip on Enter keeps the instance
  t.is(await focused(page), 'BUTTON Cancel');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await instance(page, '/16/0').waitFor({ state: 'detached' });
  t.deepEqual(world.portfolio.instances, []);
  t.regex(await focused(page), /^H3 Portfolio/);
  // a message that is dismissed
  await done(page, '/16/0 deleted');
  await page.locator('.toast button').first().focus();
  await page.keyboard.press('Enter');
  t.notRegex(await focused(page), /^BODY/);
});

browserTest('what is greyed does nothing, by keyboard neither', async (t, { page, join }) => {
  const device = join();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/9', '50');
  device.stop();
  await page.locator('.gone').waitFor();
  const read = row(page, '/3/0/9').getByRole('button', { name: 'Read' });
  t.is(await read.getAttribute('aria-disabled'), 'true');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const buttons = page.locator('.objects button[aria-disabled]');
  t.true((await buttons.count()) > 50);
  for (let i = 0; i < 20; i++) {
    await buttons.nth(i * 2).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
  }
  await buttons.evaluateAll((elements: any[]) => elements.forEach((element) => element.click()));
  // an instance that was never read opens, and asks nobody
  await page.locator('details.instance[data-path="/3303/0"] > summary').press('Enter');
  await row(page, '/3303/0/5700').waitFor();
  t.is(await row(page, '/3303/0/5700').getByRole('button', { name: 'Read' }).getAttribute('aria-disabled'), 'true');
  t.deepEqual(asked, []);
  t.is(await page.getByRole('dialog').count(), 0);
  // what was read is there still, and its chart
  await valueOf(page, '/3/0/9', '50');
  await row(page, '/3/0/9').getByRole('button', { name: 'Chart' }).click();
  await page.locator('.chart canvas').waitFor();
});

browserTest('each control has a name of its own that begins with what is written on it (WCAG 2.4.6, 2.5.3)', async (t, { page, join }) => {
  join();
  for (const path of ['/3/0', '/16/0', '/3303/0', '/3442/0']) {
    await open(page, path);
    await row(page, path === '/3303/0' ? '/3303/0/5700' : `${path}/0`).waitFor();
  }
  await valueOf(page, '/3442/0/110', 'text');
  const names: [string, string][] = await page.evaluate(`[...document.querySelectorAll('button, a, input, select')]
    .filter((element) => element.checkVisibility())
    .map((element) => [element.textContent.trim(), element.getAttribute('aria-label') ?? (element.closest('label')?.textContent.trim() || element.textContent.trim())])`);
  t.true(names.length > 150);
  t.deepEqual(names.filter(([, name]) => !name), []);
  const counts = new Map<string, number>();
  for (const [, name] of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  t.deepEqual([...counts].filter(([, count]) => count > 1), []);
  const signs = ['?', '…', '◐', '×'];
  t.deepEqual(names.filter(([text, name]) => /^[\x20-\x7e]+$/.test(text) && !signs.includes(text) && !name.startsWith(text)), []);
  t.true(counts.has('Read Battery Level /3/0/9'));
  t.is(await page.locator('[tabindex]:not([tabindex="0"], [tabindex="-1"])').count(), 0);
});

browserTest('a dialog begins with its text selected, names its fields, ends with Escape and gives the focus back', async (t, { page, join }) => {
  join();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/14', '+02:00');
  const write = row(page, '/3/0/14').getByRole('button', { name: 'Write' });
  await write.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Write UTC Offset /3/0/14' }).waitFor();
  t.is(await page.evaluate('getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)'), '+02:00');
  await page.keyboard.type('+09:00');
  t.is(await page.getByRole('dialog').getByRole('textbox').inputValue(), '+09:00');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  t.is(await focused(page), 'BUTTON Write UTC Offset /3/0/14');
  // Tab stays inside
  for (const opener of [
    row(page, '/3/0/9').getByRole('button', { name: 'Attributes' }),
    instance(page, '/3/0').locator('> .tools').getByRole('button', { name: 'Write' }),
    page.getByRole('button', { name: 'Create instance of Portfolio' }),
    row(page, '/3/0/4').getByRole('button', { name: 'with arguments' }),
  ]) {
    await opener.click();
    await page.getByRole('dialog').waitFor();
    const unnamed: string[] = await page.evaluate(`[...document.querySelectorAll('dialog :is(input, select, textarea)')]
      .filter((element) => !(element.getAttribute('aria-label') || element.closest('label')?.textContent.trim())).map((element) => element.outerHTML)`);
    t.deepEqual(unnamed, []);
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      t.true(await page.evaluate('document.activeElement === document.body || Boolean(document.activeElement.closest("dialog"))'));
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
});

browserTest('every text has a contrast of 4.5:1 at least, in both themes and in every state (WCAG 1.4.3)', async (t, { page, join, world }) => {
  const device = join();
  let count = 0;
  const look = async (state: string): Promise<void> => {
    for (const theme of ['light', 'dark']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      const found = await findFaint(page);
      count += found.count;
      t.deepEqual(found.faint, [], `${state}, ${theme}`);
    }
  };
  await page.locator('.client').waitFor();
  await look('closed');
  await open(page, '/3/0');
  await valueOf(page, '/3/0/9', '50');
  await page.locator('.row.unknown').first().waitFor();
  await row(page, '/3/0/9').getByRole('button', { name: 'Observe' }).click();
  await page.locator('.chart canvas').waitFor();
  await row(page, '/3/0/9').getByRole('button', { name: 'About' }).click();
  await page.locator('.settings > summary').click();
  await look('rows with and without values');
  await page.locator('.message summary').first().click();
  world.device.refuse = 0x85;
  await row(page, '/3/0/12').locator('.execute').click();
  await page.locator('.toast.bad').waitFor();
  await look('an error');
  world.device.refuse = 0;
  await row(page, '/3/0/4').getByRole('button', { name: 'Execute' }).first().click();
  await page.getByRole('dialog').waitFor();
  await look('a question');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Create instance of Portfolio' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await page.locator('.failed', { hasText: 'mandatory' }).waitFor();
  await look('a form');
  await page.keyboard.press('Escape');
  device.stop();
  await page.locator('.gone').waitFor();
  await look('a client that left');
  t.true(count > 500);
});

browserTest('messages are told to a screen reader: good news politely, errors at once (WCAG 4.1.3)', async (t, { page, join, world }) => {
  join();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/9', '50');
  // the regions are there before what they tell
  t.is(await page.locator('#toasts').getAttribute('role'), 'status');
  t.is(await page.locator('#errors').getAttribute('role'), 'alert');
  await row(page, '/3/0/12').locator('.execute').click();
  await page.locator('#toasts .toast', { hasText: 'executed' }).waitFor();
  world.device.refuse = 0x85;
  await row(page, '/3/0/12').locator('.execute').click();
  await page.locator('#errors .toast', { hasText: '4.05 Method Not Allowed' }).waitFor();
  t.is(await page.locator('.gone').getAttribute('role'), 'status');
});

inBrowser('the list of clients is one stop of Tab, and arrows go through it', async (t, chromium) => {
  const server = new ScriptedServer();
  server.clients = Array.from({ length: 300 }, (_, i) => registration(`client-${String(i).padStart(3, '0')}`));
  await server.start();
  try {
    await withPage(t, chromium, server.url, async (page) => {
      await page.locator('.clients a').first().waitFor();
      await page.getByRole('searchbox').focus();
      await page.keyboard.press('Tab');
      t.regex(await focused(page), /^A client-000/);
      for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowDown');
      t.regex(await focused(page), /^A client-030/);
      await page.keyboard.press('End');
      t.regex(await focused(page), /^A client-299/);
      // a focus that is scrolled away is there still
      await page.locator('.clients .scroller').evaluate((element: any) => (element.scrollTop = 0));
      await page.locator('.clients a', { hasText: 'client-001' }).waitFor();
      t.regex(await focused(page), /^A client-299/);
      await page.keyboard.press('Shift+Tab');
      t.regex(await focused(page), /^INPUT/);
      await page.keyboard.press('Tab');
      t.regex(await focused(page), /^A client-299/);
      await page.keyboard.press('Tab');
      t.notRegex(await focused(page), /^A client/);
    });
  } finally {
    await server.stop();
  }
});
