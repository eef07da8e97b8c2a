/** Operations on objects and instances, and how requests go out: what Leshan's demo has, and more. */
import { browserTest, done, instance, open, row, valueOf } from './support/stage';

const object = '.object > header';

browserTest('an object is read and observed as a whole; what it covers is told at its rows', async (t, { page, join, world, server }) => {
  const device = join();
  await page.getByRole('button', { name: 'Read Temperature /3303', exact: true }).click();
  await open(page, '/3303/0');
  await valueOf(page, '/3303/0/5700', '20 Cel');
  await page.getByRole('button', { name: 'Observe Temperature /3303', exact: true }).click();
  await row(page, '/3303/0/5700').locator('.above', { hasText: 'observed with /3303' }).waitFor();
  await instance(page, '/3303/0').locator('summary .above', { hasText: 'observed with /3303' }).waitFor();
  world.temperature.values[0]![5700] = 23.5;
  device.changed(3303, 0, 5700);
  await valueOf(page, '/3303/0/5700', '23.5');
  t.deepEqual(server.observationsOf('board').map(({ path }) => path), ['/3303']);
  await page.locator(object).getByRole('button', { name: 'Observing Temperature /3303' }).click();
  await row(page, '/3303/0/5700').locator('.above').waitFor({ state: 'hidden' });
  t.deepEqual(server.observationsOf('board'), []);
});

browserTest('an observation of an instance shows at its rows, and is forgotten without a word (passive cancel)', async (t, { page, join, world, server }) => {
  const device = join();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/9', '50');
  await page.getByRole('button', { name: 'Observe Device /3/0', exact: true }).click();
  await row(page, '/3/0/9').locator('.above', { hasText: 'observed with /3/0' }).waitFor();
  world.device.values[0]![9] = 49;
  device.changed(3, 0, 9);
  await valueOf(page, '/3/0/9', '49');
  await page.getByRole('button', { name: 'Forget the observation of Device /3/0' }).click();
  await done(page, '/3/0 is forgotten');
  t.deepEqual(server.observationsOf('board'), []);
  // the device was not told: no request of the server since, and its next notification is answered by a Reset
  const before = await page.locator('.message.out[data-code="GET"]').count();
  world.device.values[0]![9] = 48;
  device.changed(3, 0, 9);
  await page.locator('.message.out .type', { hasText: 'RST' }).waitFor();
  t.is(await page.locator('.message.out[data-code="GET"]').count(), before);
  await page.getByRole('button', { name: 'Observe Device /3/0', exact: true }).waitFor();
});

browserTest('an instance is written with several resources: an Update leaves the others, a Replace does not (LwM2M TS 1.0.2 5.4.3)', async (t, { page, join, world }) => {
  join();
  await open(page, '/3442/0');
  await valueOf(page, '/3442/0/110', 'text');
  const write = instance(page, '/3442/0').locator('> .tools').getByRole('button', { name: 'Write' });
  const dialog = page.getByRole('dialog');
  await write.click();
  // nothing is changed yet
  await dialog.getByRole('button', { name: 'Write' }).click();
  await dialog.locator('.failed', { hasText: 'Nothing is sent' }).waitFor();
  await dialog.getByRole('textbox', { name: 'String Value', exact: true }).fill('other');
  await dialog.getByRole('textbox', { name: 'Integer Value', exact: true }).fill('x');
  await dialog.getByRole('button', { name: 'Write' }).click();
  await dialog.locator('.failed', { hasText: 'Integer' }).waitFor();
  t.is(await dialog.getByRole('textbox', { name: 'Integer Value', exact: true }).getAttribute('aria-invalid'), 'true');
  await dialog.getByRole('textbox', { name: 'Integer Value', exact: true }).fill('7');
  await dialog.getByRole('button', { name: 'Write' }).click();
  await done(page, '/3442/0 written');
  await valueOf(page, '/3442/0/120', '7');
  t.is(world.test.values[0]![110], 'other');
  t.is(world.test.values[0]![130], 3.14159);
  const writes = () => world.test.calls.flatMap((call) => (call.name === 'write' ? [call.resource] : []));
  t.deepEqual(writes(), [110, 120]);
  await valueOf(page, '/3442/0/110', 'other');
  // a Replace begins with all that is known, digit by digit
  await write.click();
  await dialog.getByRole('radio', { name: 'Replace' }).check();
  t.true(await dialog.getByRole('checkbox', { name: 'Send Float Value' }).isChecked());
  await dialog.getByRole('checkbox', { name: 'Send Boolean Value' }).uncheck();
  await dialog.getByRole('button', { name: 'Write' }).click();
  await dialog.waitFor({ state: 'detached' });
  await row(page, '/3442/0/140').locator('.nothing').waitFor();
  t.false(140 in world.test.values[0]!);
  t.is(world.test.values[0]![130], 3.14159);
  t.is(world.test.values[0]![160], 946684801);
});

browserTest('a mandatory value may not stay empty, and the answer names it; equal instance ids are refused', async (t, { page, join, world }) => {
  join();
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Create instance of Portfolio' }).click();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.locator('.failed', { hasText: '0 Identity: it is mandatory' }).waitFor();
  t.is(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Identity value');
  await dialog.getByRole('textbox', { name: 'Identity value' }).fill('a');
  await dialog.getByRole('button', { name: 'Add a value to Identity' }).click();
  await dialog.getByRole('textbox', { name: 'Identity value' }).last().fill('b');
  await dialog.getByRole('spinbutton', { name: 'Identity instance' }).last().fill('0');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.locator('.failed', { hasText: 'Identity: the instance id 0 is given twice' }).waitFor();
  t.deepEqual(world.portfolio.instances, [0]);
  await dialog.getByRole('spinbutton', { name: 'Identity instance' }).last().fill('4');
  await dialog.getByRole('textbox', { name: 'Instance id' }).fill('0');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.locator('.failed', { hasText: '/16/0 exists already' }).waitFor();
  await dialog.getByRole('textbox', { name: 'Instance id' }).fill('3');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await done(page, '16/3 created');
  await open(page, '/16/3');
  await valueOf(page, '/16/3/0', /0a.*4b/);
  // the same in the dialog of one resource
  await row(page, '/16/3/0').getByRole('button', { name: 'Write' }).click();
  await dialog.getByRole('spinbutton').last().fill('0');
  await dialog.getByRole('button', { name: 'Write' }).click();
  await dialog.locator('.failed', { hasText: 'given twice' }).waitFor();
});

browserTest('time-out and formats are chosen, go with each request and are kept', async (t, { page, join }) => {
  join();
  await open(page, '/3/0');
  await valueOf(page, '/3/0/9', '50');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}${new URL(request.url()).search}`));
  await page.locator('.settings > summary').click();
  await page.getByRole('spinbutton', { name: 'Time-out in seconds' }).fill('7');
  await page.getByRole('combobox', { name: 'Read one value as' }).selectOption('TLV');
  await page.getByRole('combobox', { name: 'Read several values as' }).selectOption('TLV');
  await page.getByRole('combobox', { name: 'Write one value as' }).selectOption('TEXT');
  await row(page, '/3/0/9').getByRole('button', { name: 'Read' }).click();
  await page.locator('.message.in .format', { hasText: 'TLV' }).nth(1).waitFor();
  t.true(asked.includes('GET /api/clients/board/3/0/9?timeout=7&format=TLV'));
  await row(page, '/3/0/14').getByRole('button', { name: 'Write' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('+01:00');
  await page.keyboard.press('Enter');
  await valueOf(page, '/3/0/14', '+01:00');
  t.true(asked.includes('PUT /api/clients/board/3/0/14?timeout=7&replace=true&format=TEXT'));
  // the page refuses an invalid time-out
  await page.getByRole('spinbutton', { name: 'Time-out in seconds' }).fill('0');
  await page.keyboard.press('Tab');
  t.is(await page.getByRole('spinbutton', { name: 'Time-out in seconds' }).inputValue(), '7');
  await page.reload();
  await page.locator('.settings > summary').click();
  t.is(await page.getByRole('spinbutton', { name: 'Time-out in seconds' }).inputValue(), '7');
  t.is(await page.getByRole('combobox', { name: 'Read one value as' }).inputValue(), 'TLV');
});

browserTest('Execute asks before what ends the connection: reboot, factory reset, disable', async (t, { page, join, world }) => {
  join();
  await open(page, '/3/0');
  await open(page, '/1/0');
  for (const path of ['/3/0/4', '/3/0/5', '/1/0/4']) {
    await row(page, path).locator('.execute').click();
    await page.getByRole('dialog', { name: `${path}?` }).waitFor();
    // the safe answer has the focus
    t.is(await page.evaluate('document.activeElement.textContent'), 'Cancel');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  t.deepEqual(world.device.calls.filter(({ name }) => name === 'execute'), []);
  // a harmless one does not ask
  await row(page, '/3/0/12').locator('.execute').click();
  await done(page, 'executed');
});

browserTest('attributes are filled in from Discover, and only what changed is sent', async (t, { page, join, server }) => {
  join();
  await open(page, '/3303/0');
  await valueOf(page, '/3303/0/5700', '20');
  await server.writeAttributes('board', '/3303/0/5700', { pmin: '5', gt: '25.5' });
  const asked: string[] = [];
  page.on('request', (request) => request.method() === 'PUT' && asked.push(new URL(request.url()).search));
  const attributes = row(page, '/3303/0/5700').getByRole('button', { name: 'Attributes' });
  const dialog = page.getByRole('dialog');
  await attributes.click();
  t.is(await dialog.getByRole('textbox', { name: 'pmin' }).inputValue(), '5');
  t.is(await dialog.getByRole('textbox', { name: 'gt' }).inputValue(), '25.5');
  await dialog.getByRole('button', { name: 'Write attributes' }).click();
  await dialog.locator('.failed', { hasText: 'Nothing is changed' }).waitFor();
  await dialog.getByRole('textbox', { name: 'pmin' }).fill('x');
  await dialog.getByRole('button', { name: 'Write attributes' }).click();
  await dialog.locator('.failed', { hasText: 'pmin: a whole number of seconds' }).waitFor();
  // an emptied one is unset
  await dialog.getByRole('textbox', { name: 'pmin' }).fill('');
  await dialog.getByRole('textbox', { name: 'pmax' }).fill('60');
  await dialog.getByRole('button', { name: 'Write attributes' }).click();
  await done(page, 'Attributes of /3303/0/5700 written');
  t.deepEqual(asked, ['?timeout=20&pmin=&pmax=60']);
  await row(page, '/3303/0/5700').locator('.attributes', { hasText: /gt=25\.5/ }).waitFor();
  t.notRegex(await row(page, '/3303/0/5700').locator('.attributes').innerText(), /pmin/);
  await row(page, '/3303/0/5700').locator('.attributes', { hasText: /pmax=60/ }).waitFor();
});

browserTest('what definitions say is folded out at objects and resources', async (t, { page, join }) => {
  join();
  await open(page, '/3/0');
  await page.getByRole('button', { name: 'About Device /3', exact: true }).click();
  await page.locator('.object > .about', { hasText: 'LwM2M' }).first().waitFor();
  const help = row(page, '/3/0/9').getByRole('button', { name: 'About Battery Level /3/0/9' });
  t.is(await help.getAttribute('aria-expanded'), 'false');
  await help.click();
  t.is(await help.getAttribute('aria-expanded'), 'true');
  await page.locator('.rows .about', { hasText: 'battery level' }).waitFor();
  // the meaning of a value: no error, of the error codes
  await valueOf(page, '/3/0/11', /0.*No error/i);
});
