/** The console of a server that asks for a token. */
import { createLwM2mServer } from '../../../src/host/server/index';
import { inBrowser, withPage } from './support/stage';

inBrowser('the address with the token opens the console, which keeps it out of sight; without it a sentence says what is missing', async (t, chromium) => {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'], httpToken: 'token-of-this-test' });
  await server.start();
  t.teardown(() => server.stop());
  await withPage(t, chromium, server.httpUrl!, async (page) => {
    await page.getByText('this server asks for its token').first().waitFor();
    await page.goto('data:text/html,elsewhere');
    await page.goto(server.consoleUrl!);
    await page.locator('.link.up').waitFor();
    t.false(page.url().includes('token'));
    t.is(await page.evaluate('document.cookie'), '', 'no script sees the cookie');
    await page.reload();
    await page.locator('.link.up').waitFor();
  });
});
