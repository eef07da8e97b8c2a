import { readFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import type { ProvisionOptions } from '../flash/provision';
import { parseBaud } from './flash';

const HELP = `
The board keeps the settings over restarts and new programs. They replace those of a program that uses connect(configure({ … })), with
configure from 'wixt/config'. Without an option the command prints the settings. Afterwards the program of the board restarts.

A key is stored and never printed. There is no DTLS yet: while a key is stored, a program with configure refuses to connect, rather than
send plain text. A key on the command line is visible in the process list and the shell history: pass it on standard input (--key -) or
as WIXT_KEY in the environment. The board must run Espruino. Like wixt flash, this command needs the npm package espruino.

Examples:
  wixt provision --port /dev/ttyUSB0 --endpoint kitchen-1 --server coap://192.168.1.2
  wixt provision --port /dev/ttyUSB0 --identity kitchen-1 --key - < key.txt
  wixt provision --port /dev/ttyUSB0 --clear`;

function parseLifetime(text: string): number {
  if (!/^\d{1,10}$/.test(text) || +text < 1 || +text > 4294967295) throw new InvalidArgumentError('A lifetime is a whole number of seconds, 1 or more.');
  return +text;
}

/** `wixt provision`: sets name, server and key of a device, without building. */
export function register(program: Command): void {
  program
    .command('provision')
    .description("set a board's name, server and key, without building or flashing")
    .option('--port <port>', 'serial port of the board: /dev/ttyUSB0, /dev/cu.usbserial-1, COM3')
    .option('--endpoint <name>', 'endpoint name')
    .option('--server <uri>', 'coap://HOST[:PORT]')
    .option('--lifetime <seconds>', 'the server drops the registration after so many seconds without an Update', parseLifetime)
    .option('--identity <name>', 'identity of the pre-shared key')
    .option('--key <hex>', 'pre-shared key; - reads it from standard input (default: WIXT_KEY of the environment)')
    .option('--clear', "remove all settings, so that those of the program apply")
    .option('--baud <number>', 'speed of the serial line in bits per second', parseBaud, 115200)
    .addHelpText('after', HELP)
    .action(async (options: Omit<ProvisionOptions, 'port'> & { port?: string }) => {
      const { checkSettings, describeSettings, provision, takeKey } = await import('../flash/provision');
      const { settings, warning } = takeKey(options, process.env.WIXT_KEY, () => readFileSync(0, 'utf8'));
      const { needPort } = await import('../flash/port');
      checkSettings(settings);
      if (warning) console.error(`wixt: ${warning}`);
      console.log(describeSettings(await provision({ ...settings, port: await needPort(options.port, 'espruino') })));
    });
}
