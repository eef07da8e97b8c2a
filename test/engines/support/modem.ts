/** A board's program on a real Espruino, whose serial port is a pseudo-terminal with a simulated modem at its other end. */
import type { ExecutionContext } from 'ava';
import { readBoard } from '../../../src/host/build/boards';
import type { LineFaults, Modem } from '../../simulated/modem';
import { onEngine, withoutEngine } from '../../support/engine';
import { skip } from '../../support/skip';
import { startEspruino, type RunningDevice } from './device';
import { findEngine, findHaste, type Engine } from './espruino';
import { openLine } from './line';
import { measureSession, ROUNDS, type Usage } from './live';
import { startServer } from './session';

type Simulated = Modem<LineFaults> & { powerOff(): void };

export interface BehindModem<M> {
  board: string;
  modem: M;
  /** What the board has and a computer has not. `port` is what a port's `setup` has to be given to open the line. */
  before: (port: string) => string;
  /** What the board's `connect` wants besides. */
  more?: object;
  engine?: Engine;
  script?: boolean;
  /** The device is about to begin. */
  onStart?: (device: RunningDevice) => void;
}

export type Managed = NonNullable<Awaited<ReturnType<typeof startBehind>>>;

/** Registers; undefined where something is missing, which it has said. Everything ends with the test. */
export async function startBehind<M extends Simulated>(t: ExecutionContext<any>, { board, modem, before, onStart, ...options }: BehindModem<M>) {
  const line = await openLine();
  if (typeof line === 'string') return void skip(t, line);
  t.teardown(() => line.close());
  t.teardown(() => modem.powerOff());
  modem.onOutput((data) => line.write(data));
  line.onData((data) => modem.input(data));
  const { server, uri } = await startServer();
  t.teardown(() => server.stop());
  const engine = options.engine ?? (await findEngine((await readBoard(board)).board.variables, true));
  if (typeof engine === 'string') return void withoutEngine(t, 'espruino', engine);
  const haste = await findHaste(engine);
  const hurried = typeof haste === 'object';
  if (!hurried) t.log(`it looks at its serial port every 50 ms: ${haste}`);
  /** What any device at this line is given. */
  const beside = { ...options, before: before(`{path:"${line.path}"}`), ...(hurried && { env: haste }) };
  const device = await startEspruino({ board, server: uri, endpoint: board, ...beside });
  if (typeof device === 'string') return void withoutEngine(t, 'espruino', device);
  t.teardown(() => device.stop());
  onEngine(t, 'espruino', device.engine.version);
  onStart?.(device);
  await device.event('registered', 0, 60000);
  return { board, modem, server, device, beside, hurried, features: (await readBoard(board)).board.features };
}

/** Bytes of what goes in blocks. */
export const LONG = 400;

/** Managed, de-registered. Returns the variables in use meanwhile; where it is not hurried after fewer requests and transfers, and `all` is false then. */
export async function manageBehind(t: ExecutionContext<any>, { board, server, device, features, hurried }: Managed): Promise<Usage & { all: boolean }> {
  const left = new Promise<string>((resolve) => server.events.once('deregistration', (_, reason) => resolve(reason)));
  const counts = hurried ? { requests: ROUNDS, transfers: 100 } : { requests: 105, transfers: 2 };
  const usage = await measureSession(t, { server, name: board, long: LONG, features }, device, counts);
  const { loaded, created, registered, managed, after1000, after100blocks } = usage;
  t.log(
    `measured: JsVars (of ${device.engine.variables}): ${loaded} loaded, ${created} created, ${registered} registered, ${managed} before and ${after1000} after ` +
      `${counts.requests} requests, ${after100blocks} after ${counts.transfers} transfers in blocks`,
  );
  // Numbers that grow above 1,023 get variables of their own, and the modem's last line may be there still. A leak is hundreds.
  t.true(after1000 <= managed + 16, `${managed} before, ${after1000} after requests`);
  t.true(after100blocks <= managed + 16, `${managed} before, ${after100blocks} after transfers`);
  t.is((await server.execute(board, '/3/0/5')).code, 68);
  t.is(await left, 'deregistered');
  t.deepEqual(device.espruino.complaints, []);
  return { ...usage, all: hurried };
}

/** Numbers below 1, the same each time. */
export function seededNumbers(): () => number {
  let seed = 4711;
  return () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/** It is managed in every trouble, one after the other, by a server that has patience. */
export async function survive(t: ExecutionContext<any>, { board, server, device }: Managed, troubles: Record<string, () => void>): Promise<void> {
  const read = async () => {
    for (let tries = 0; tries < 4; tries++) {
      const answer = await server.read(board, '/3/0/0', { format: 0 }).catch(() => undefined);
      if (answer?.code === 69 && answer.content && 'value' in answer.content) return answer.content.value;
    }
    return 'no answer';
  };
  for (const [name, begin] of Object.entries(troubles)) {
    begin();
    for (let i = 0; i < 5; i++) t.is(await read(), 'Open Mobile Alliance', `${name}, Read ${i}`);
  }
  t.deepEqual(device.espruino.complaints, []);
}
