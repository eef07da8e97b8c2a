import { InvalidArgumentError, type Command } from 'commander';
import type { SimOptions } from '../sim/run';

const EXAMPLES = `
It runs the bundle that wixt build makes, and a program: the simulated board, or yours (--app). Server, endpoint and lifetime
replace what the program says. With --json it prints events as lines of JSON and takes commands, a line of JSON each:

  {"command": "write", "path": "/3/0/9", "value": 46}      the application's side: the value changes, observers hear of it
  {"command": "read", "path": "/3/0"}
  {"command": "create", "path": "/16/1", "value": {"0": ["Host Device ID"]}}
  {"command": "delete", "path": "/16/1"}
  {"command": "update"}                                    registration update
  {"command": "stop"}                                      as the end of the input does: de-registers, and ends

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
    .description('run a simulated board: the bundle of a board, on this computer')
    .option('--server <URI>', 'coap://HOST[:PORT] (default: what the program says)')
    .option('--endpoint <NAME>', 'the name of the board at the server (default: what the program says)', parseEndpoint)
    .option('--lifetime <SECONDS>', 'how long the server keeps the registration without hearing of it', parseLifetime)
    .option('--board <NAME>', 'whose bundle runs: a board for Node or Espruino; conformance: every object and type, for suites and bad input', 'host')
    .option('--app <FILE>', 'your program in TypeScript, built on the fly, or conformance (default: the program beside the bundle)')
    .option('--json', 'print events as lines of JSON, and take commands on standard input, whose end stops it')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SimOptions) => {
      const { runSim } = await import('../sim/run');
      await runSim(options);
    });
}
