import { InvalidArgumentError, type Command } from 'commander';
import type { DemoOptions } from '../sim/demo';

const EXAMPLES = `
Open the printed address. Battery level and temperature of the board change. Write its time zone, reboot it, and see it come back.

Example:
  wixt demo --http-port 8090`;

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535; 0 selects any free port.');
  return Number(text);
}

/** `wixt demo`: a server and a simulated board in one process. */
export function register(program: Command): void {
  program
    .command('demo')
    .description('start the server and a simulated board, and print the address of the console')
    .option('--coap-port <PORT>', 'UDP port for devices', parsePort, 5683)
    .option('--http-port <PORT>', 'TCP port for the console', parsePort, 8080)
    .option('--endpoint <NAME>', 'the name of the board', 'wixt-board')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('../sim/demo');
      await runDemo(options);
    });
}
