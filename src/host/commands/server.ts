import { InvalidArgumentError, Option, type Command } from 'commander';
import { TOKEN_RULE, TOKEN_SHAPE } from '../server/http/token';
import { MAX_CLIENTS, MAX_CLIENTS_PER_ADDRESS, MAX_LIFETIME_S } from '../server/limits';

const EXAMPLES = `
CoAP and HTTP listen on this machine only, unless --host and --http-host say otherwise. Beyond it HTTP asks for a
token: yours (WIXT_TOKEN), or one that is made and printed with the console's address. Programs send it as
"Authorization: Bearer TOKEN". There is no TLS: put a proxy before it where others can listen.

When the server is full, registrations that never updated nor answered give way, of the address that has most of
them first. What is kept of devices and requests has limits, which README lists; one that is met is told in a line.

Examples:
  wixt server                          CoAP on port 5683, the console at http://127.0.0.1:8080
  wixt server --host 0.0.0.0           boards of the local network can register
  wixt server --http-host 0.0.0.0 --http-name devices.example
                                       the console for others, also by that name, with a token
  wixt server --objects pump.xml       show objects of your own by name`;

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535, 0 for any that is free');
  return Number(text);
}

function parseBlockSize(text: string): number {
  if (!['16', '32', '64', '128', '256', '512', '1024'].includes(text))
    throw new InvalidArgumentError('A block has 16, 32, 64, 128, 256, 512 or 1024 bytes');
  return Number(text);
}

const parseWhole =
  (what: string, most: number) =>
  (text: string): number => {
    if (!/^\d{1,10}$/.test(text) || Number(text) < 1 || Number(text) > most) throw new InvalidArgumentError(`${what} is a number from 1 to ${most}`);
    return Number(text);
  };

function parseName(text: string, before: string[] = []): string[] {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text)) throw new InvalidArgumentError('A name is one such as devices.example, without a port');
  return [...before, text];
}

function parseToken(text: string): string {
  if (!TOKEN_SHAPE.test(text)) throw new InvalidArgumentError(TOKEN_RULE);
  return text;
}

/** `wixt server`: the LwM2M server and its console. */
export function register(program: Command): void {
  program
    .command('server')
    .description('run an LwM2M server with a console in the browser')
    .option('--coap-port <PORT>', 'UDP port for devices', parsePort, 5683)
    .option('--http-port <PORT>', 'TCP port for the console and REST', parsePort, 8080)
    .option('--host <ADDRESS...>', 'addresses for devices (default: 127.0.0.1 and ::1)')
    .option('--http-host <ADDRESS>', 'address for the console and REST', '127.0.0.1')
    .option('--http-name <NAME...>', 'names in URLs that are this server, besides localhost, its own name and addresses', parseName)
    .addOption(new Option('--token <TOKEN>', 'what REST and the console ask for').env('WIXT_TOKEN').argParser(parseToken))
    .option('--no-token', 'ask for no token: whoever reaches the HTTP port may manage the devices')
    .option('--max-clients <NUMBER>', 'registrations at once', parseWhole('The number', 10_000_000), MAX_CLIENTS)
    .option(
      '--max-clients-per-address <NUMBER>',
      'registrations from one address (IPv6: one /64), other than of this machine',
      parseWhole('The number', 10_000_000),
      MAX_CLIENTS_PER_ADDRESS,
    )
    .option('--max-lifetime <SECONDS>', 'longer lifetimes, and 0, are cut to it', parseWhole('The lifetime', 2 ** 32 - 1), MAX_LIFETIME_S)
    .addOption(
      new Option('--takeover <RULE>', 'what another address may do to a registration while its own answers (default: refuse, where --host is not this machine)').choices([
        'allow',
        'refuse',
      ]),
    )
    .option('--block-size <BYTES>', 'the largest piece in which payloads go to devices', parseBlockSize, 128)
    .option('--objects <FILE...>', 'definitions of further objects: XML, folders of it, or JSON from wixt objects --host')
    .option('--json', 'print what happens as lines of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { runServer } = await import('../server/run');
      await runServer(options);
    });
}
