import { InvalidArgumentError, type Command } from 'commander';
import type { FlashOptions } from '../flash/run';

const HELP = `
It builds the program, writes it to the board, reads it back and starts it. For a board with Espruino install the npm package espruino
first: npm install --save-dev espruino@0.1.67; for a board with Kaluma, @kaluma/cli@1.0.0. For other boards it prints what to do.

Examples:
  wixt flash --board esp8266-4mb --port /dev/ttyUSB0 --app app.ts
  wixt flash --board pico-w --port /dev/ttyACM0 --app app.ts
  wixt flash --board linux-espruino --port /dev/ttyACM0 --module`;

export function parseBaud(text: string): number {
  if (!/^\d{3,7}$/.test(text)) throw new InvalidArgumentError('A speed is a number of bits per second, such as 115200');
  return Number(text);
}

/** `wixt flash`: writes a program to a board. */
export function register(program: Command): void {
  program
    .command('flash')
    .description('build your program and write it to a board')
    .requiredOption('--board <name>', 'a board of wixt, or the folder of your board file')
    .option('--port <port>', 'serial port of the board: /dev/ttyUSB0, /dev/cu.usbserial-1, COM3')
    .option('--app <file>', 'your program in TypeScript (default: app.ts or src/app.ts here, else the program of the board)')
    .option('--baud <number>', 'speed of the serial line in bits per second', parseBaud, 115200)
    .option('--module', 'Espruino: store library and program as two files, so that other programs can require("wixt"); needs more memory')
    .addHelpText('after', HELP)
    .action(async (options: FlashOptions) => {
      const { runFlash } = await import('../flash/run');
      await runFlash(options);
    });
}
