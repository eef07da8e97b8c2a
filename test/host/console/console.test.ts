/** The console: what a person does with devices. */
import { browserTest, done, instance, open, row, valueOf } from './support/stage';

browserTest('a client shows as soon as it registers, and is shown by itself when it is alone', async (t, { page, join }) => {
  await page.getByText('No client yet').waitFor();
  join('urn:dev:1');
  await page.locator('.clients a', { hasText: 'urn:dev:1' }).waitFor();
  await page.locator('.who h2', { hasText: 'urn:dev:1' }).waitFor();
  await page.locator('details.instance[data-path="/3/0"]', { hasText: 'Device' }).waitFor();
  t.regex(page.url(), /#\/client\/urn%3Adev%3A1$/);
  join('kitchen');
  await page.locator('.clients a', { hasText: 'kitchen' }).click();
  await page.locator('.who h2', { hasText: 'kitchen' }).waitFor();
});

browserTest('opening an instance reads it, by keyboard too; writing changes the device', async (t, { page, join, world }) => {
  join();
  await page.locator('details.instance[data-path="/3/0"] > summary').focus();
  await page.keyboard.press('Enter');
  await valueOf(page, '/3/0/0', 'Open Mobile Alliance');
  await valueOf(page, '/3/0/7', /3800 mV.*5000 mV/s);
  await valueOf(page, '/3/0/13', '2013');
  await row(page, '/3/0/14').getByRole('button', { name: 'Write' }).click();
  const input = page.getByRole('dialog').getByRole('textbox');
  t.is(await input.inputValue(), '+02:00');
  await input.fill('+05:30');
  await page.keyboard.press('Enter');
  await valueOf(page, '/3/0/14', '+05:30');
  t.is(world.device.values[0][14], '+05:30');

  await open(page, '/3442/0');
  for (const [id, value, expected] of [
    ['120', '9007199254740991', 9007199254740991],
    ['130', '2.5', 2.5],
    ['170', '4:1', '4:1'],
    ['150', '01 02 ff', Uint8Array.of(1, 2, 255)],
  ] as const) {
    await row(page, `/3442/0/${id}`).getByRole('button', { name: 'Write' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill(value);
    await page.getByRole('dialog').getByRole('button', { name: 'Write' }).click();
    await done(page, `/3442/0/${id} written`);
    t.deepEqual(world.test.values[0][Number(id)], expected);
  }
  await row(page, '/3442/0/140').getByRole('button', { name: 'Write' }).click();
  await page.getByRole('dialog').getByRole('combobox').selectOption('false');
  await page.getByRole('dialog').getByRole('button', { name: 'Write' }).click();
  await valueOf(page, '/3442/0/140', 'false');
  await row(page, '/3442/0/1120').getByRole('button', { name: 'Write' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Add a value' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'value' }).last().fill('77');
  await page.getByRole('dialog').getByRole('button', { name: 'Write' }).click();
  await valueOf(page, '/3442/0/1120', '77');
});

browserTest('execute, with arguments and without; what the device refuses is said', async (t, { page, join, world }) => {
  join();
  await open(page, '/3/0');
  await row(page, '/3/0/4').locator('.execute').click();
  // nothing has happened yet
  t.deepEqual(world.device.calls.filter(({ name }) => name === 'execute'), []);
  await page.getByRole('dialog').getByText('restarts').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Execute' }).click();
  await done(page, 'Reboot executed');
  await row(page, '/3/0/4').getByRole('button', { name: 'with arguments' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('0=5');
  await page.keyboard.press('Enter');
  await page.locator('.failed', { hasText: 'single quotes' }).waitFor();
  await page.getByRole('dialog').getByRole('textbox').fill("0='5'");
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  t.deepEqual(
    world.device.calls.filter(({ name }) => name === 'execute').map((call: any) => [call.resource, { ...call.args }]),
    [
      [4, {}],
      [4, { 0: '5' }],
    ],
  );
  world.device.refuse = 0x81;
  await row(page, '/3/0/5').locator('.execute').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Execute' }).click();
  await page.getByRole('dialog').getByText('Execute /3/0/5: 4.01 Unauthorized. The access control of the device does not allow this server to do that').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await row(page, '/3/0/12').locator('.execute').click();
  await done(page, '4.01 Unauthorized');
});

browserTest('observing draws a chart that grows, and ends', async (t, { page, join, world, server }) => {
  const device = join();
  await open(page, '/3303/0');
  await valueOf(page, '/3303/0/5700', '20 Cel');
  await row(page, '/3303/0/5700').getByRole('button', { name: 'Observe' }).click();
  const chart = page.locator('.chart[data-path="/3303/0/5700"]');
  await chart.locator('canvas').waitFor();
  // Points are counted once the chart is drawn, a frame behind the value.
  const drawn = (points: number) => page.locator(`.chart[data-path="/3303/0/5700"][data-points="${points}"]`).waitFor();
  // what was read, and what the Observe brought
  await drawn(2);
  for (const value of [21.5, 22.25, 19]) {
    world.temperature.values[0][5700] = value;
    device.changed(3303, 0, 5700);
    await valueOf(page, '/3303/0/5700', String(value));
  }
  await drawn(5);
  // the line is there: some pixels of the canvas are not empty
  t.true(
    await chart.locator('canvas').evaluate((canvas: any) =>
      canvas
        .getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.some((byte: number) => byte > 0),
    ),
  );
  await page.reload();
  await open(page, '/3303/0');
  t.is(await row(page, '/3303/0/5700').getByRole('button', { name: 'Observing' }).getAttribute('aria-pressed'), 'true');
  await row(page, '/3303/0/5700').getByRole('button', { name: 'Observing' }).click();
  await row(page, '/3303/0/5700').getByRole('button', { name: 'Observe Sensor Value /3303/0/5700', exact: true }).waitFor();
  t.deepEqual(server.observationsOf('board'), []);
});

browserTest('instances come and go; attributes and Discover', async (t, { page, join, world }) => {
  join();
  const portfolio = page.locator('.object', { hasText: 'Portfolio' });
  await portfolio.getByRole('button', { name: 'Create instance' }).click();
  await page.getByRole('dialog').getByRole('textbox').first().fill('7');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Identity' }).fill('mine');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await done(page, '16/7 created');
  t.deepEqual(world.portfolio.instances, [0, 7]);
  await open(page, '/16/7');
  await valueOf(page, '/16/7/0', 'mine');
  await page.locator('details.instance[data-path="/16/7"]').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.locator('details.instance[data-path="/16/7"]').waitFor({ state: 'detached' });
  t.deepEqual(world.portfolio.instances, [0]);

  await open(page, '/3/0');
  await row(page, '/3/0/9').getByRole('button', { name: 'Attributes' }).click();
  await page.getByRole('textbox', { name: 'pmin' }).fill('5');
  await page.getByRole('dialog').getByRole('button', { name: 'Write attributes' }).click();
  await done(page, 'Attributes of /3/0/9 written');
  // and they are there at the row, and in the dialog when it comes again
  await row(page, '/3/0/9').locator('.attributes', { hasText: 'pmin=5' }).waitFor();
  await row(page, '/3/0/9').getByRole('button', { name: 'Attributes' }).click();
  t.is(await page.getByRole('dialog').getByRole('textbox', { name: 'pmin' }).inputValue(), '5');
  await page.keyboard.press('Escape');
  await instance(page, '/3/0').locator('> .tools').getByRole('button', { name: 'Discover' }).click();
  await page.getByRole('dialog').getByRole('row', { name: '/3/0/9 pmin=5' }).waitFor();
});

browserTest('the log shows each message, and what it means', async (t, { page, join }) => {
  join();
  await open(page, '/3/0');
  const message = page.locator('.message.in', { hasText: '/3/0' }).filter({ hasText: 'TLV' });
  await message.locator('summary').click();
  await message.getByText('0 Manufacturer = Open Mobile Alliance').last().waitFor();
  await message.getByText('Content-Format: 11542').waitFor();
  t.true((await page.locator('.message').count()) >= 4);
  // each once, though the stream of events and the list of the newest both have the first ones
  await page.reload();
  await page.locator('.message').nth(3).waitFor();
  const lines: string[] = await page.locator('.message summary').allInnerTexts();
  t.is(new Set(lines).size, lines.length);
  await page.getByRole('button', { name: 'Clear' }).click();
  t.is(await page.locator('.message').count(), 0);
  await page.getByRole('button', { name: 'CoAP messages' }).click();
  t.false(await page.locator('.messages').isVisible());
});

browserTest('a client that leaves is said to be gone, and lives again when it comes back', async (t, { page, join }) => {
  const device = join();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/0', 'Open Mobile Alliance');
  await row(page, '/3/0/9').getByRole('button', { name: 'Observe' }).click();
  await row(page, '/3/0/9').getByRole('button', { name: 'Observing' }).waitFor();
  device.stop();
  await page.locator('.gone').waitFor();
  // its observations ended with it
  await row(page, '/3/0/9').getByRole('button', { name: 'Observe Battery Level /3/0/9', exact: true }).waitFor();
  t.is(await page.locator('.clients a').count(), 0);
  join();
  await page.locator('.gone').waitFor({ state: 'hidden' });
  await page.locator('details.instance[data-path="/3/0"][open]').getByRole('button', { name: 'Read' }).first().click();
  await valueOf(page, '/3/0/0', 'Open Mobile Alliance');
});

browserTest('what devices send stays text, and the page fits a narrow screen', async (t, { page, join, world }) => {
  const evil = '<img src=x onerror="window.evil=1">';
  world.device.values[0][0] = evil;
  world.temperature.values[0][5701] = evil;
  join(evil);
  await page.locator('.who h2', { hasText: evil }).waitFor();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/0', evil);
  await open(page, '/3303/0');
  await row(page, '/3303/0/5700').getByRole('button', { name: 'Observe' }).click();
  await page.locator('.chart canvas').waitFor();
  t.is(await page.evaluate('window.evil'), undefined);
  t.is(await page.locator('main img').count(), 0);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.waitForTimeout(200);
  t.true(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
});
