/** The tutorial as its reader does it: files are written, commands run, and what they print is what the page says. */
import { exec } from 'node:child_process';
import { createServer } from 'node:http';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { once } from 'node:events';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { compareOutput, readBlocks, readSteps } from './support/blocks';
import { Terminal } from './support/terminal';

const page = readFileSync(inPackage('docs', 'tutorial.md'), 'utf8');

/** Ports that are free now, for UDP and TCP. */
async function findPorts(): Promise<{ coap: number; http: number }> {
  const http = createServer().listen(0, '127.0.0.1');
  const coap = createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(http, 'listening'), once(coap, 'listening')]);
  const ports = { coap: coap.address().port, http: (http.address() as { port: number }).port };
  http.close();
  coap.close();
  return ports;
}

test('the tutorial: every command runs, and what is seen is what the page says', async (t) => {
  t.timeout(900_000);
  const folder = mkdtempSync(join(tmpdir(), 'wixt-tutorial-'));
  symlinkSync(inPackage(), join(folder, 'wixt'));
  const terminals = new Map<string, Terminal>();
  t.teardown(async () => {
    for (const terminal of terminals.values()) await terminal.interrupt('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  // Others may use the ports of the page.
  const { coap, http } = await findPorts();
  const here = (text: string): string => text.replace(/\b5683\b/g, String(coap)).replace(/\b8080\b/g, String(http)).replace(/wixt server\b/g, `wixt server --coap-port ${coap} --http-port ${http}`);
  // npm takes everything from the clone, which is installed.
  const env = { ...process.env, npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
  let cwd = folder;
  let commands = 0;
  const run = (command: string) => new Promise<string>((done, failed) => exec(command, { cwd, env }, (error, out, err) => (error ? failed(new Error(`${command}: ${err || out}`)) : done(out))));

  for (const { language, attributes, text, line } of readBlocks(page)) {
    const place = `docs/tutorial.md:${line}`;
    if (attributes.file) {
      const file = join(cwd, attributes.file);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, here(text));
      continue;
    }
    if (language !== 'console') {
      t.is(language, 'sh', `${place}: a block that no test runs`);
      continue;
    }
    for (const step of readSteps(here(text))) {
      const terminal = attributes.terminal && (terminals.get(attributes.terminal) ?? terminals.set(attributes.terminal, new Terminal()).get(attributes.terminal));
      try {
        if (terminal) {
          if ('interrupt' in step) await terminal.interrupt();
          if ('command' in step) terminal.start(step.command.replace(/^npx wixt/, 'node node_modules/wixt/bin/wixt.js'), cwd, env);
          for (const seen of step.seen) await terminal.see(seen);
        } else if ('command' in step && step.command.startsWith('cd ')) cwd = resolve(cwd, step.command.slice(3));
        else if ('command' in step) {
          const fault = compareOutput(await run(step.command), step.seen);
          t.is(fault, undefined, `${place}: ${step.command}: ${fault}`);
        } else t.fail(`${place}: what is seen belongs to no command`);
      } catch (error) {
        t.fail(`${place}: ${(error as Error).message}`);
        return;
      }
      commands++;
    }
  }
  t.true(commands > 40, `${commands} commands`);
});

test('what a page says is compared with what is printed: any text, any lines, times of day', (t) => {
  t.is(compareOutput('a\nb\n', ['a', 'b']), undefined);
  t.is(compareOutput('a 7 c\n', ['a … c']), undefined);
  t.is(compareOutput('1\n2\n3\nend\n', ['…', 'end']), undefined);
  t.is(compareOutput('1\n2\n', ['…']), undefined);
  t.is(compareOutput('', []), undefined);
  t.is(compareOutput('12:00:01 x\n', ['10:15:02 x']), undefined);
  t.regex(compareOutput('a\nb\n', ['a'])!, /also prints\n {2}b/);
  t.regex(compareOutput('a.b\n', ['a+b'])!, /the page says/);
  t.regex(compareOutput('a\n', ['…', 'b'])!, /the page says\n {2}b/);
  t.deepEqual(readSteps('$ one\nx\n^C\n$ two\n'), [{ command: 'one', seen: ['x'] }, { interrupt: true, seen: [] }, { command: 'two', seen: [] }]);
  t.throws(() => readBlocks('```ts\nno end\n'), { message: /line 1 has no end/ });
});
