/** `wixt server` as a process. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import test from 'ava';
import { CoapDevice } from './support/device';

const root = new URL('../../../', import.meta.url);

interface Run {
  child: ChildProcessByStdio<null, Readable, Readable>;
  out: () => string;
  errors: () => string;
  /** Resolves when the output has a line that matches. */
  line: (pattern: RegExp) => Promise<string>;
  ended: Promise<number | null>;
}

function run(...options: string[]): Run {
  const env = { ...process.env, WIXT_TOKEN: options.includes('--json') ? 'token-of-the-environment' : '' };
  if (env.WIXT_TOKEN === '') delete (env as Partial<typeof env>).WIXT_TOKEN;
  const child = spawn(process.execPath, ['--import=tsx', 'src/host/cli.ts', 'server', ...options], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (errors += data));
  const line = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = out.split('\n').find((text) => pattern.test(text));
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${errors}`);
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    }
  };
  return { child, out: () => out, errors: () => errors, line, ended: once(child, 'close').then(([code]) => code) };
}

test('it prints where the console and CoAP are, tells who comes and goes, and ends cleanly by SIGTERM and SIGINT', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const it = run('--coap-port', '0', '--http-port', '0', '--host', '127.0.0.1');
    const [url] = /http:\S+/.exec(await it.line(/^console/))!;
    const [, port] = /coap:\/\/127\.0\.0\.1:(\d+)/.exec(await it.line(/^CoAP/))!;
    t.regex(await (await fetch(url)).text(), /<title>wixt console/);
    const device = await CoapDevice.open(Number(port));
    await device.register('board');
    await it.line(/^board registered from 127\.0\.0\.1:\d+ for 300 s$/);
    await device.request('DELETE', device.location);
    await it.line(/^board left \(deregistered\)$/);
    device.close();
    const events = await fetch(`${url}/api/event`);
    it.child.kill(signal);
    t.is(await it.ended, 0, 'though somebody listens to events');
    t.is(it.errors(), '');
    await events.body?.cancel().catch(() => {});
  }
});

test('--json makes each line a JSON value', async (t) => {
  const it = run('--coap-port', '0', '--http-port', '0', '--host', '127.0.0.1', '--json');
  const { console: url, coap, token } = JSON.parse(await it.line(/"listening"/));
  t.is(token, 'token-of-the-environment');
  t.is((await fetch(`${url}/api/clients`)).status, 401);
  t.is((await fetch(`${url}/api/clients`, { headers: { authorization: `Bearer ${token}` } })).status, 200);
  t.regex(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const device = await CoapDevice.open(Number(coap[0].split(':').at(-1)));
  await device.register('board');
  t.like(JSON.parse(await it.line(/"registration"/)), { event: 'registration', endpoint: 'board', lifetime: 300 });
  device.close();
  it.child.kill('SIGTERM');
  t.is(await it.ended, 0);
  t.deepEqual(it.out().trim().split('\n').map((line) => JSON.parse(line).event), ['listening', 'registration', 'stopped']);
});

test('what cannot be is said in one sentence, with the option that mends it', async (t) => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  for (const [options, code, message] of [
    [['--coap-port', '0', '--http-port', String(port)], 1, new RegExp(`^wixt: port ${port} is in use on 127\\.0\\.0\\.1 \\(HTTP\\); choose another one with --http-port`)],
    [['--http-port', '0', '--coap-port', '0', '--host', '192.0.2.1'], 1, /^wixt: 192\.0\.2\.1:0 is not an address of this machine \(CoAP\); choose another one with --host$/],
    [['--http-port', '65536'], 2, /^wixt: option '--http-port <PORT>' argument '65536' is invalid/],
    [['--block-size', '100'], 2, /16, 32, 64/],
    [['--max-clients', '0'], 2, /--max-clients <NUMBER>' argument '0' is invalid\. The number is a number from 1 to 10000000/],
    [['--token', 'sevens7'], 2, /A token has 8 to 200 letters, digits/],
    [['--http-name', 'a:80'], 2, /without a port/],
    [['--objects', '/nowhere.xml'], 1, /^wixt: \/nowhere\.xml: there is no such file/],
  ] as [string[], number, RegExp][]) {
    const it = run(...options);
    t.is(await it.ended, code, options.join(' '));
    t.regex(it.errors().trim(), message);
    t.is(it.errors().trim().split('\n').length, 1);
    t.is(it.out(), '');
  }
  blocker.close();
});

test('a CoAP port in use is named too', async (t) => {
  const first = run('--coap-port', '0', '--http-port', '0', '--host', '127.0.0.1');
  const [, port] = /:(\d+)$/.exec(await first.line(/^CoAP/))!;
  const second = run('--coap-port', port, '--http-port', '0', '--host', '127.0.0.1');
  t.is(await second.ended, 1);
  t.regex(second.errors(), new RegExp(`^wixt: port ${port} is in use on 127\\.0\\.0\\.1 \\(CoAP\\); choose another one with --coap-port`));
  first.child.kill('SIGTERM');
  t.is(await first.ended, 0);
});

test('its limits and its token are options; a limit that is met is a line', async (t) => {
  const it = run(
    '--coap-port', '0', '--http-port', '0', '--host', '127.0.0.1', '--http-host', '0.0.0.0', '--http-name', 'devices.example',
    '--max-clients', '1', '--max-lifetime', '100', '--takeover', 'refuse',
  );
  const [, url, token] = /(http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]{22})$/.exec(await it.line(/^console/))!;
  const [, port] = /:(\d+)$/.exec(await it.line(/^CoAP/))!;
  const device = await CoapDevice.open(Number(port));
  await device.register('one');
  await device.register('two');
  await it.line(/^two registered from 127\.0\.0\.1:\d+ for 100 s$/);
  await it.line(/^one left \(evicted\)$/);
  t.is((await fetch(`${url}/api/clients`)).status, 401);
  const [client] = (await (await fetch(`${url}/api/clients`, { headers: { authorization: `Bearer ${token}` } })).json()) as any;
  t.like(client, { endpoint: 'two', lifetime: 100 });
  device.close();
  it.child.kill('SIGTERM');
  t.is(await it.ended, 0);
  t.deepEqual(it.errors().trim().split('\n'), [
    'wixt: "one" asked for a lifetime of 300 s; the limit of 100 s counts (--max-lifetime)',
    'wixt: the server is full with 1 registrations (--max-clients): "one", which never sent an Update, was removed',
  ]);
});

test('--no-token switches the token off, for a proxy that asks for one itself', async (t) => {
  const it = run('--coap-port', '0', '--http-port', '0', '--host', '127.0.0.1', '--http-host', '0.0.0.0', '--no-token');
  const [, url] = /(http:\/\/127\.0\.0\.1:\d+)$/.exec(await it.line(/^console/))!;
  t.is((await fetch(`${url}/api/clients`)).status, 200);
  it.child.kill('SIGTERM');
  t.is(await it.ended, 0);
});
