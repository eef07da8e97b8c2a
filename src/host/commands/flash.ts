import { InvalidArgumentError, type Command } from 'commander';
import type { FlashOptions } from '../flash/run';

const HELP = `
Boards with Espruino are flashed by the npm package espruino, which you install: npm install --save-dev espruino@0.1.67. The program is
built, shortened to Espruino's tokens, written into Storage, read back, and started. Boards with Kaluma likewise, by @kaluma/cli@1.0.0.
For other boards it prints what to do.

Examples:
  wixt flash --board esp8266-4mb --port /dev/ttyUSB0 --app app.ts
  wixt flash --board pico-w --port /dev/ttyACM0 --app app.ts
  wixt flash --board linux-espruino --port /dev/ttyACM0 --module`;

export function parseBaud(text: string): number {
  if (!/^\d{3,7}$/.test(text)) throw new InvalidArgumentError('A speed is a number of bits a second, as 115200');
  return Number(text);
}

/** `wixt flash`: a program onto a board. */
export function register(program: Command): void {
  program
    .command('flash')
    .description('build your program for a board, and put it on that')
    .requiredOption('--board <name>', 'a board of wixt, or the folder of your own board file')
    .option('--port <port>', 'where the board is: /dev/ttyUSB0, /dev/cu.usbserial-1, COM3')
    .option('--app <file>', 'your program in TypeScript (default: app.ts or src/app.ts here, else the simulated device)')
    .option('--baud <number>', 'bits a second of the serial line', parseBaud, 115200)
    .option('--module', 'Espruino: library and program as two files, so that others can require("wixt"); takes more memory')
    .addHelpText('after', HELP)
    .action(async (options: FlashOptions) => {
      const { runFlash } = await import('../flash/run');
      await runFlash(options);
    });
}
