/** `wixt demo`: a server and a simulated board in one process. `npm start` runs it. */
import { Problem } from '../problem';
import { hostPort } from '../server/coap/transport';
import { createLwM2mServer } from '../server/index';
import { explainStartError } from '../server/run';
import { loadProgram } from './program';
import { endProcess, makeReport, startProgram, untilSignal } from './run';
import { Simulator } from './simulator';

export interface DemoOptions {
  coapPort: number;
  httpPort: number;
  endpoint: string;
}

/** Runs until a signal arrives. Then the board de-registers and the server ends. Rejects with a Problem if it cannot start. */
export async function runDemo({ coapPort, httpPort, endpoint }: DemoOptions): Promise<void> {
  const program = await loadProgram('host', undefined);
  const server = createLwM2mServer({ coapPort, httpPort });
  const ended = untilSignal();
  await server.start().catch((error) => {
    const explained = explainStartError(error);
    if (explained instanceof Problem) throw new Problem(explained.lines.map((line) => `${line}; for example: npm start -- --coap-port 0 --http-port 0`));
    throw explained;
  });
  const uri = `coap://${hostPort(server.coapAddresses[0]!)}`;
  console.log(`console  ${server.consoleUrl}\nCoAP     ${uri}\nCtrl-C ends both.`);
  const simulator = new Simulator(program, { server: uri, endpoint }, makeReport(false));
  startProgram(simulator);
  await ended;
  const answered = await simulator.stop();
  await server.stop();
  endProcess(answered ? 0 : 1);
}
