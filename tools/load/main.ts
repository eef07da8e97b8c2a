/**
 * `npm run load`: what our server costs under load, and what Leshan costs in the same run. CPU is what the system counts for the process
 * (/proc/PID/stat: utime and stime), so it does not depend on what else the machine does; times are not measured. Each operation runs
 * several times on both sides in turn, after a warm-up (a JVM compiles what it runs often); the least of each side counts.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { inPackage } from '../../src/host/build/root';
import { loadCommand, prepareLeshan } from '../../test/interop/leshan/index';
import { buildServer } from './build';
import { Clients } from './clients';
import { Side } from './side';

const USAGE = `usage: npm run load -- [--quick] [--clients N] [--operations N] [--rounds N] [--window N] [--messages N] [--no-leshan] [--no-memory] [--only TEXT] [--profile DIR]
  --quick         for CI: fewer of everything, budgets with half as much again; less than two minutes where nothing else runs
  --clients N     registrations (2000)
  --operations N  of each kind in one round (20000)
  --rounds N      (3)
  --window N      operations under way at once (64)
  --messages N    messages between the two measurements of what an Update costs (1000000); 0 for none
  --no-leshan     our server alone
  --no-memory     CPU alone
  --only TEXT     operations whose name has it: "Read", "Update"
  --profile DIR   where our server's CPU profile goes (node --cpu-prof)`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false }, clients: { type: 'string' }, operations: { type: 'string' }, rounds: { type: 'string' },
        window: { type: 'string' }, messages: { type: 'string' }, 'no-leshan': { type: 'boolean', default: false }, 'no-memory': { type: 'boolean', default: false },
        only: { type: 'string', default: '' }, profile: { type: 'string' },
      },
    });
    const { quick } = values;
    const number = (name: 'clients' | 'operations' | 'rounds' | 'window' | 'messages', full: number, short: number): number => {
      const n = Number(values[name] ?? (quick ? short : full));
      if (!Number.isInteger(n) || n < (name === 'messages' ? 0 : 1)) throw new Error(`--${name} takes a whole number`);
      return n;
    };
    return {
      quick, leshan: !values['no-leshan'], memory: !values['no-memory'], only: values.only, profile: values.profile, clients: number('clients', 2000, 500), operations: number('operations', 20_000, 5000), rounds: number('rounds', 3, 2),
      window: number('window', 64, 64), messages: number('messages', 1_000_000, 200_000), registrations: quick ? [0, 2000, 20_000] : [0, 2000, 20_000, 100_000],
    };
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}

interface Budget {
  /** operation → CPU of ours as a multiple of Leshan's, at most */
  ratio: Record<string, number>;
  /** CPU of an Update behind all messages as a multiple of that before them, at most */
  flat: number;
  /** bytes of memory for one registration, at most */
  bytes: number;
}

const options = readArguments();
const budget = JSON.parse(readFileSync(inPackage('load.json'), 'utf8')) as Budget;
/** Short rounds vary more. */
const room = options.quick ? 1.5 : 1;
let passed = 0;
let failed = 0;
let skipped = 0;
/** One comparison with the budget. */
function judge(what: string, value: number, most: number): void {
  const fine = value <= most;
  if (fine) passed++;
  else failed++;
  console.log(`  ${fine ? 'ok    ' : 'FAILED'} ${what}: ${value.toFixed(2)}, at most ${most}`);
}

const script = await buildServer();
const wixt = (): Side => new Side('wixt', process.execPath, [...(options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []), script]);
const leshan = (): Side => new Side('Leshan', ...loadCommand());

/** A server with clients that are registered and observed. */
class Rig {
  readonly clients = new Clients();
  readonly side: Side;
  /** operation → µs of CPU for one, of each round */
  readonly cost = new Map<string, number[]>();

  constructor(side: Side) {
    this.side = side;
  }

  async start(): Promise<void> {
    const { clients, window } = options;
    await this.side.start();
    await this.clients.open(clients, this.side.port);
    await this.clients.register(clients, window);
    const [observed] = await this.side.say('observe /3303/0/5700');
    if (observed !== clients || this.clients.failed) throw new Error(`${this.side.name}: ${observed} of ${clients} clients are observed, ${this.clients.failed} failed\n${this.side.errors.slice(-1000)}`);
  }

  readonly operations: Record<string, (count: number) => Promise<unknown>> = {
    Register: async (count) => {
      await this.clients.register(count, options.window);
    },
    Update: (count) => this.clients.update(count, options.window),
    Notification: (count) => this.clients.notify(count, options.window),
    'Read /3/0/9, text': (count) => this.#read('/3/0/9 TEXT', count),
    'Read /3/0, TLV': (count) => this.#read('/3/0 TLV', count),
  };

  /** µs of CPU for one. */
  async measure(name: string, count: number): Promise<number> {
    const before = this.side.cpu();
    await this.operations[name]!(count);
    const each = (this.side.cpu() - before) / count;
    this.cost.set(name, [...(this.cost.get(name) ?? []), each]);
    if (this.clients.failed > 0) throw new Error(`${this.side.name}: ${this.clients.failed} messages of ${name} were not answered\n${this.side.errors.slice(-1000)}`);
    return each;
  }

  best(name: string): number {
    return Math.min(...this.cost.get(name)!);
  }

  async stop(): Promise<void> {
    this.clients.close();
    await this.side.stop();
  }

  async #read(what: string, count: number): Promise<void> {
    const [, bad] = await this.side.say(`read ${what} ${count} ${options.window}`);
    if (bad) throw new Error(`${this.side.name}: ${bad} of ${count} Reads of ${what} failed\n${this.side.errors.slice(-1000)}`);
  }
}

async function compareCpu(sides: Side[]): Promise<void> {
  const { clients, operations, rounds, window, messages } = options;
  console.log(`\nCPU for one operation, µs: ${clients} clients, ${window} under way, the least of ${rounds} rounds of ${operations} behind a warm-up of as many\nReads are calls in the server's process on both sides, without HTTP: server.read() here, LeshanServer.send() there`);
  const rigs = sides.map((side) => new Rig(side));
  try {
    for (const rig of rigs) await rig.start();
    const names = Object.keys(rigs[0]!.operations).filter((name) => name.includes(options.only));
    // Register ends observations, so it comes first and all are observed anew
    for (const name of names) {
      for (const rig of rigs) await rig.operations[name]!(operations);
      if (name === 'Register') for (let round = 0; round < rounds; round++) for (const rig of rigs) await rig.measure(name, operations);
      if (name === 'Register') for (const rig of rigs) await rig.side.say('observe /3303/0/5700');
    }
    for (let round = 0; round < rounds; round++) for (const name of names.filter((name) => name !== 'Register')) for (const rig of rigs) await rig.measure(name, operations);
    console.log(`${''.padEnd(22)}${sides.map(({ name }) => name.padStart(9)).join('')}${sides[1] ? '    ratio' : ''}`);
    for (const name of names) {
      const cells = rigs.map((rig) => rig.best(name));
      console.log(`${name.padEnd(22)}${cells.map((cost) => cost.toFixed(1).padStart(9)).join('')}${sides[1] ? (cells[0]! / cells[1]!).toFixed(2).padStart(9) : ''}`);
    }
    for (const rig of rigs) {
      const [registered, notified] = await rig.side.say('count');
      console.log(`  ${rig.side.name}: ${registered} registered, ${notified} notifications, ${(rig.side.resident() / 2 ** 20).toFixed(0)} MB`);
    }
    if (sides[1]) for (const name of names) judge(`${name}, as a multiple of Leshan's`, rigs[0]!.best(name) / rigs[1]!.best(name), budget.ratio[name]! * room);
    if (messages > 0 && names.includes('Update')) await compareLater(rigs[0]!, messages);
  } finally {
    for (const rig of rigs) await rig.stop();
  }
}

/** Whether our server costs the same however long it runs. An Update is two messages. */
async function compareLater(rig: Rig, messages: number): Promise<void> {
  console.log(`\nCPU for one Update after ${messages} further messages, µs`);
  const before = rig.best('Update');
  rig.cost.delete('Update');
  for (let left = messages / 2; left > 0; left -= options.operations) await rig.operations['Update']!(Math.min(left, options.operations));
  for (let round = 0; round < options.rounds; round++) await rig.measure('Update', options.operations);
  console.log(`  ${rig.side.name.padEnd(8)} ${before.toFixed(1)} before, ${rig.best('Update').toFixed(1)} behind, ${(rig.side.resident() / 2 ** 20).toFixed(0)} MB`);
  judge('Update behind them, as a multiple of before', rig.best('Update') / before, budget.flat * room);
}

async function compareMemory(makers: (() => Side)[]): Promise<void> {
  const { registrations, window } = options;
  console.log('\nmemory by registrations, MB resident after garbage collection');
  console.log(`${''.padEnd(10)}${registrations.map((n) => String(n).padStart(9)).join('')}   bytes each`);
  for (const make of makers) {
    const side = make();
    const sizes: number[] = [];
    try {
      await side.start();
      let open = 0;
      for (const wanted of registrations) {
        while (open < wanted) {
          const some = new Clients();
          const count = Math.min(500, wanted - open);
          await some.open(count, side.port, open + 1);
          await some.register(count, window);
          some.close();
          if (some.failed) throw new Error(`${side.name}: ${some.failed} of ${count} were not registered`);
          open += count;
        }
        await side.say('gc');
        await side.say('gc');
        sizes.push(side.resident());
      }
    } finally {
      await side.stop();
    }
    const from = registrations.length - 2;
    const each = (sizes[from + 1]! - sizes[from]!) / (registrations[from + 1]! - registrations[from]!);
    console.log(`${side.name.padEnd(10)}${sizes.map((size) => (size / 2 ** 20).toFixed(0).padStart(9)).join('')}${each.toFixed(0).padStart(13)}`);
    if (side.name === 'wixt') judge('bytes for one registration', each, budget.bytes * room);
  }
}

const reason = options.leshan ? prepareLeshan() : 'not asked for (--no-leshan)';
if (reason) {
  console.log(`Leshan beside it: skipped, ${reason}`);
  skipped++;
}
const makers = reason ? [wixt] : [wixt, leshan];
await compareCpu(makers.map((make) => make()));
if (options.memory) await compareMemory(makers);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed ? 1 : 0;
process.exit();
