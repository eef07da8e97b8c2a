/** What each part of a person's program costs on a board: programs that differ by one part, built and run as theirs would be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBoard } from '../../../src/host/build/boards';
import { bootOptions } from '../../../src/host/build/bundle';
import { generateBundle } from '../../../src/host/build/output';
import type { PlanRow } from '../../../src/host/build/ledger';
import { partsOf } from './device';
import { boot, findEngine, type Engine, type Espruino } from './espruino';
import { startServer } from './session';

/** Where a program may have more. */
interface Parts {
  instance?: string;
  value?: string;
  object?: string;
  server?: string;
}

const SENSOR = "{ 5700: 20, 5701: 'Cel' }";

const program = ({ instance = '', value = '', object = '', server = '' }: Parts): string => `
import { connect } from 'wixt';
import { Humidity, sensor, Temperature } from 'wixt/objects';
import { read } from 'Storage';
function tell(): void {
  print('# now ' + process.memory().usage);
}
const settings = JSON.parse(read('settings')!);
const objects = [sensor(Temperature.model(), { 0: { 5700: 20, 5701: 'Cel'${value} }${instance} })${object}];
connect({ endpoint: settings.endpoint, servers: [{ uri: settings.server, lifetime: 300 }${server}], objects });
setInterval(tell, 100);
if (settings.never) print(Humidity);
`;

interface Built {
  bytes: number;
  storage: Record<string, string>;
}

async function build(board: string, parts: Parts): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-plan-'));
  const file = join(folder, 'app.ts');
  writeFileSync(file, program(parts));
  try {
    const { code, overlays } = partsOf(await generateBundle(bootOptions(await readBoard(board), file, folder)!));
    const storage: Record<string, string> = { '.bootcde': code, ...overlays };
    return { storage, bytes: Object.values(storage).reduce((sum, text) => sum + text.length, 0) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** JsVars in use, when nothing goes on: the least of some readings. */
async function readUsage(espruino: Espruino): Promise<number> {
  let least = Infinity;
  let from = espruino.mark();
  for (let i = 0; i < 6; i++) {
    least = Math.min(least, await espruino.usage('now', from));
    from = espruino.mark();
  }
  return least;
}

/** Runs a program until it has registered with two servers, of which it may know one. What `work` measures then. */
async function run<R>(engine: Engine, { storage }: Built, servers: number, work: (espruino: Espruino, server: Awaited<ReturnType<typeof startServer>>['server']) => Promise<R>): Promise<R> {
  const [first, second] = [await startServer(), await startServer()];
  const settings = JSON.stringify({ endpoint: 'plan', server: first.uri, second: second.uri });
  const espruino = await boot(engine, { storage: { ...storage, settings } });
  try {
    for (let ms = 0; first.server.registry.size + second.server.registry.size < servers; ms += 50) {
      if (ms > 20000) throw new Error(`not registered: ${espruino.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // What was asked before the first time is over.
    await first.server.read('plan', '/3303/0');
    return await work(espruino, first.server);
  } finally {
    await espruino.stop();
    await first.server.stop();
    await second.server.stop();
  }
}

/** Bytes and JsVars of each part; a sentence when there is no engine. */
export async function measurePlan(board: string): Promise<Record<string, PlanRow> | string> {
  const { variables } = (await readBoard(board)).board;
  const engine = await findEngine(variables);
  if (typeof engine === 'string') return engine;
  const rows: Record<string, PlanRow> = {};
  const base = await build(board, {});
  const plain = await run(engine, base, 1, readUsage);
  const VARIANTS: Record<string, Parts> = {
    'object with an instance': { object: `, sensor(Humidity.model(), { 0: ${SENSOR} })` },
    instance: { instance: `, 1: ${SENSOR}` },
    'value, a number': { value: ', 5603: -40.5' },
    'value, a text of 12 characters': { value: ", 5750: 'living room.'" },
    server: { server: ', { uri: settings.second, ssid: 2, lifetime: 300 }' },
  };
  for (const [name, parts] of Object.entries(VARIANTS)) {
    const built = await build(board, parts);
    rows[name] = { bytes: built.bytes - base.bytes, jsvars: (await run(engine, built, parts.server ? 2 : 1, readUsage)) - plain };
  }
  const [observed, attributed] = await run(engine, base, 1, async (espruino, server) => {
    const at = [];
    for (const path of ['/3303/0/5700', '/3303/0/5601', '/3303/0/5602']) {
      await server.observe('plan', path);
      at.push(await readUsage(espruino));
    }
    for (const path of ['/3303/0/5700', '/3303/0/5601']) {
      await server.writeAttributes('plan', path, { pmin: '5', pmax: '600' });
      at.push(await readUsage(espruino));
    }
    return [at[2]! - at[1]!, at[4]! - at[3]!];
  });
  rows.observation = { bytes: 0, jsvars: observed! };
  rows['attribute set (pmin, pmax)'] = { bytes: 0, jsvars: attributed! };
  return rows;
}
