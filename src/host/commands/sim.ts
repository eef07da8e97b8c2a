import { InvalidArgumentError, type Command } from 'commander';
import type { SimOptions } from '../sim/run';

const EXAMPLES = `
It runs the library that wixt build makes, with a program: the simulated board, or yours (--app). --server, --endpoint and
--lifetime replace the values of the program. With --json it prints events as lines of JSON and reads commands, one line of JSON each:

  {"command": "write", "path": "/3/0/9", "value": 46}      changes the value as the application would; observers are notified
  {"command": "read", "path": "/3/0"}
  {"command": "create", "path": "/16/1", "value": {"0": ["Host Device ID"]}}
  {"command": "delete", "path": "/16/1"}
  {"command": "update"}                                    sends a registration Update
  {"command": "stop"}                                      de-registers and ends, like the end of the input

Examples:
  wixt sim --server coap://127.0.0.1 --endpoint meter-1
  wixt sim --app examples/basic-client.ts
  wixt sim --board conformance --server coap://127.0.0.1   objects 1 to 7, 16, 19, 3303 and 3442, every type single and multiple`;

function parseLifetime(text: string): number {
  if (!/^\d{1,10}$/.test(text) || +text < 1 || +text > 4294967295) throw new InvalidArgumentError('A lifetime is a whole number of seconds, 1 or more.');
  return +text;
}

function parseEndpoint(text: string): string {
  if (!text || Buffer.byteLength(text) > 200) throw new InvalidArgumentError('An endpoint name has 1 to 200 bytes.');
  return text;
}

/** `wixt sim`: a simulated board. */
export function register(program: Command): void {
  program
    .command('sim')
    .description('run a simulated board: the library of a board, on this computer')
    .option('--server <URI>', 'coap://HOST[:PORT] (default: that of the program)')
    .option('--endpoint <NAME>', 'endpoint name (default: that of the program)', parseEndpoint)
    .option('--lifetime <SECONDS>', 'the server drops the registration after so many seconds without an Update', parseLifetime)
    .option('--board <NAME>', 'board whose library runs; conformance: a device with every object and type, for test suites', 'host')
    .option('--app <FILE>', 'your program in TypeScript, built on the fly, or conformance (default: the program that comes with the board)')
    .option('--json', 'print events as lines of JSON, and read commands from standard input until it ends')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SimOptions) => {
      const { runSim } = await import('../sim/run');
      await runSim(options);
    });
}
