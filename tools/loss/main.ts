/** npm run loss: many seeds of the lossy network in virtual time, and one run over real sockets. */
import { parseArgs } from 'node:util';
import { loadCore } from '../../test/support/core';
import { live } from '../../test/simulated/life';
import { checkOutcome, readOutcomes, writeOutcomes, type Outcomes } from '../../test/simulated/outcomes';
import { liveOnSockets } from '../../test/simulated/sockets';

const USAGE = `usage: npm run loss -- [--seeds N] [--first SEED] [--steps N] [--seconds N] [--clients N] [--update]
  --seeds N     lives in virtual time (300), from --first on (1), of --steps operations each (25)
  --seconds N   real time over sockets (20), with --clients of them (24); 0 for none
  --update      store what became of the seeds of test/simulated/outcomes.json anew`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string', default: '300' }, first: { type: 'string', default: '1' }, steps: { type: 'string', default: '25' },
        seconds: { type: 'string', default: '20' }, clients: { type: 'string', default: '24' }, update: { type: 'boolean', default: false },
      },
    });
    const [seeds, first, steps, seconds, clients] = [values.seeds, values.first, values.steps, values.seconds, values.clients].map(Number);
    if (![seeds, first, steps, seconds, clients].every((n) => Number.isInteger(n) && n! >= 0)) throw new Error('each number must be a whole one from 0 on');
    return { seeds: seeds!, first: first!, steps: steps!, seconds: seconds!, clients: clients!, update: values.update };
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}

const { seeds, first, steps, seconds, clients, update } = readArguments();
const { core, title } = await loadCore();
const stored = readOutcomes();
const outcomes: Outcomes = {};
let passed = 0;
let failed = 0;
const fail = (line: string): void => {
  failed++;
  console.log(line);
};

for (let seed = first; seed < first + seeds; seed++) {
  const { outcome, breaches } = await live(core, seed, { steps });
  if (breaches.length) fail(`seed ${seed}: ${breaches.slice(0, 3).join('; ')}`);
  else passed++;
  if (outcome) outcomes[seed] = outcome;
}
const total = (count: (one: Outcomes[string]) => number): number => Object.values(outcomes).reduce((sum, one) => sum + count(one), 0);
if (seeds) {
  console.log(
    `${seeds} lives on ${title}, 30 % loss each way, 10 % duplicates, delays up to 300 ms: ${total((o) => o.executed[0] + o.written[0] + o.blocks[0] + o.read[0])} operations answered, ` +
      `${total((o) => o.executed[1] + o.written[1] + o.blocks[1] + o.read[1])} not, ${total((o) => o.notifications)} notifications, ${total((o) => o.registrations)} registrations, ${total((o) => o.datagrams)} datagrams`,
  );
}
if (update) {
  writeOutcomes(Object.fromEntries(Object.entries(outcomes).filter(([seed]) => seed in stored || Object.keys(stored).length === 0)));
} else if (steps === 25) {
  for (const [seed, outcome] of Object.entries(outcomes)) for (const line of checkOutcome(stored, seed, outcome)) fail(line);
}

if (seconds && clients) {
  const report = await liveOnSockets(clients, seconds);
  console.log(`${clients} clients on real sockets, ${seconds} s: ${report.registered} registered, ${report.answered} of ${report.asked} operations answered, ${report.notifications} notifications`);
  for (const breach of report.breaches) console.log(breach);
  // Everybody registers, nearly everything is answered within the time that a server waits, and changes arrive.
  if (report.registered < clients) fail(`real sockets: ${clients - report.registered} clients never registered`);
  else if (report.answered < report.asked * 0.95 || report.asked < clients * 4) fail(`real sockets: ${report.answered} of ${report.asked} operations were answered`);
  else if (report.notifications < clients / 2) fail(`real sockets: ${report.notifications} notifications`);
  else if (report.breaches.length) fail('real sockets: see above');
  else passed++;
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
