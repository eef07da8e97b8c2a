import { InvalidArgumentError, type Command } from 'commander';

const EXAMPLES = `
CoAP and HTTP listen on this machine only, unless --host and --http-host say otherwise. HTTP asks for no
password: give it a public address only where everybody who can reach it may manage your devices.

Examples:
  wixt server                          CoAP on port 5683, the console at http://127.0.0.1:8080
  wixt server --host 0.0.0.0           boards of the local network can register
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

/** `wixt server`: the LwM2M server and its console. */
export function register(program: Command): void {
  program
    .command('server')
    .description('run an LwM2M server with a console in the browser')
    .option('--coap-port <PORT>', 'UDP port for devices', parsePort, 5683)
    .option('--http-port <PORT>', 'TCP port for the console and REST', parsePort, 8080)
    .option('--host <ADDRESS...>', 'addresses for devices (default: 127.0.0.1 and ::1)')
    .option('--http-host <ADDRESS>', 'address for the console and REST', '127.0.0.1')
    .option('--block-size <BYTES>', 'the largest piece in which payloads go to devices', parseBlockSize, 128)
    .option('--objects <FILE...>', 'definitions of further objects: XML, folders of it, or JSON from wixt objects --host')
    .option('--json', 'print what happens as lines of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { runServer } = await import('../server/run');
      await runServer(options);
    });
}
