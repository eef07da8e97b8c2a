import { readFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import type { ProvisionOptions } from '../flash/provision';
import { parseBaud } from './flash';

const HELP = `
The settings stay on the board, over restarts and new programs, and come before those of a program that asks for them:
connect(configure({ … })), with configure from 'wixt/config'. Without an option it prints what the board has. The board's program starts
anew. A key is stored, and never printed; there is no DTLS yet, and a program that asks for settings does not connect while there is a
key, rather than go without. A key on the command line stands in the list of processes and in the shell's history: give it on standard
input (--key -) or as WIXT_KEY in the environment. It needs Espruino on the board, and the npm package espruino here, as wixt flash.

Examples:
  wixt provision --port /dev/ttyUSB0 --endpoint kitchen-1 --server coap://192.168.1.2
  wixt provision --port /dev/ttyUSB0 --identity kitchen-1 --key - < key.txt
  wixt provision --port /dev/ttyUSB0 --clear`;

function parseLifetime(text: string): number {
  if (!/^\d{1,10}$/.test(text) || +text < 1 || +text > 4294967295) throw new InvalidArgumentError('A lifetime is a whole number of seconds, 1 or more.');
  return +text;
}

/** `wixt provision`: name and server of a device, without building. */
export function register(program: Command): void {
  program
    .command('provision')
    .description("set a board's name, server and key, without building or flashing")
    .option('--port <port>', 'where the board is: /dev/ttyUSB0, /dev/cu.usbserial-1, COM3')
    .option('--endpoint <name>', 'its name at the server')
    .option('--server <uri>', 'coap://HOST[:PORT]')
    .option('--lifetime <seconds>', 'how long the server keeps the registration without hearing of it', parseLifetime)
    .option('--identity <name>', 'whose the pre-shared key is, at the server')
    .option('--key <hex>', 'the pre-shared key; - reads it from standard input (or WIXT_KEY has it), so that no list of processes and no history shows it')
    .option('--clear', "forget all settings: the program's own count again")
    .option('--baud <number>', 'bits a second of the serial line', parseBaud, 115200)
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
