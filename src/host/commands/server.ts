import { InvalidArgumentError, Option, type Command } from 'commander';
import { TOKEN_RULE, TOKEN_SHAPE } from '../server/http/token';
import { MAX_CLIENTS, MAX_CLIENTS_PER_ADDRESS, MAX_LIFETIME_S } from '../server/limits';

const EXAMPLES = `
CoAP and HTTP listen on this machine only, unless you set --host and --http-host. Beyond this machine HTTP asks for a
token: yours (WIXT_TOKEN), or a random one that is printed with the console's address. Programs send it as
"Authorization: Bearer TOKEN". There is no TLS: use a proxy if others can listen.

When the server is full, it removes registrations that never sent an Update nor answered, those of the address with most
registrations first. docs/reference/server-limits.md lists all limits. The server prints a line when it reaches one.

Examples:
  wixt server                          CoAP on port 5683, the console at http://127.0.0.1:8080
  wixt server --host 0.0.0.0           boards of the local network can register
  wixt server --http-host 0.0.0.0 --http-name devices.example
                                       the console for other machines, also by this name, with a token
  wixt server --objects pump.xml       show objects of your own by name`;

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535; 0 selects any free port');
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
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text)) throw new InvalidArgumentError('A name looks like devices.example, without a port');
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
    .option('--http-name <NAME...>', 'further names of this server in URLs, besides localhost, its host name and addresses', parseName)
    .addOption(new Option('--token <TOKEN>', 'token that REST and the console ask for').env('WIXT_TOKEN').argParser(parseToken))
    .option('--no-token', 'ask for no token: everybody who reaches the HTTP port can manage the devices')
    .option('--max-clients <NUMBER>', 'maximum number of registrations', parseWhole('The number', 10_000_000), MAX_CLIENTS)
    .option(
      '--max-clients-per-address <NUMBER>',
      'maximum number of registrations from one address (IPv6: one /64) other than this machine',
      parseWhole('The number', 10_000_000),
      MAX_CLIENTS_PER_ADDRESS,
    )
    .option('--max-lifetime <SECONDS>', 'maximum lifetime; longer lifetimes, and 0, are reduced to it', parseWhole('The lifetime', 2 ** 32 - 1), MAX_LIFETIME_S)
    .addOption(
      new Option('--takeover <RULE>', 'whether another address may change a registration while its own address answers (default: refuse, if --host is not this machine)').choices([
        'allow',
        'refuse',
      ]),
    )
    .option('--block-size <BYTES>', 'largest block in which payloads are sent to devices', parseBlockSize, 128)
    .option('--objects <FILE...>', 'definitions of further objects: XML files, folders with XML files, or JSON from wixt objects --host')
    .option('--json', 'print events as lines of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { runServer } = await import('../server/run');
      await runServer(options);
    });
}
