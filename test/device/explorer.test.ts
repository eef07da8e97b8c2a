/**
 * Every order of what network, server, application and clock can do to a registration: LwM2M 1.0.2 sections 5.3 and 5.5 as a search. Four
 * searches go to depth 6, each with the events of one matter; one has all events, to depth 3. Orders that lead to the same state are gone on
 * with once. What must hold in each state: see `judge`.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import test from 'ava';
import { copy, keyOf } from '../support/moment';
import { createUniverse, disagreement, EVENTS, happen, isReachable, LIFETIME, settle, type Universe } from '../support/universe';

const DEPTH = 6;

interface State {
  universe: Universe | undefined;
  depth: number;
  /** How it was reached first. */
  trace: string[];
  next: State[];
}

/** Throws what does not hold. */
function judge(u: Universe): void {
  // Registered means reachable, also before the answer to Register has come; and who has left is silent.
  const probe = copy(u);
  const answers = isReachable(probe);
  const registered = ['registered', 'updated'].includes(u.heard) && u.wanted && u.client._servers[0]!._state === 2;
  if (registered && !answers) throw new Error('registered, and a Read is not answered');
  if (u.heard === 'deregistered' && !u.client._servers[0]!._address && answers) throw new Error('it has left, and answers');
  // Once nothing is lost any more the two sides agree: at the latest when the longest pause and the lifetime are over.
  const end = copy(u);
  if (u.wanted) {
    settle(end, (LIFETIME + 1000) * 1000);
    const why = disagreement(end);
    if (why) throw new Error(`in the end ${why}`);
  } else {
    settle(end, 700_000);
    if (end.heard !== 'deregistered' && end.heard !== '') throw new Error(`stopped, and the application heard "${end.heard}" last`);
    if (end.server.registration && !end.unsaid) throw new Error('stopped, and the server believes it registered');
    if (isReachable(end)) throw new Error('stopped, and a Read is answered');
  }
}

async function explore(root: Universe, events: string[], depth: number): Promise<{ states: number; orders: number }> {
  const first: State = { universe: root, depth: 0, trace: [], next: [] };
  const known = new Map([[keyOf(root), first]]);
  let frontier = [first];
  for (let d = 0; d < depth; d++) {
    const found: State[] = [];
    for (const state of frontier) {
      for (const event of events) {
        if (!EVENTS[event]![0](state.universe!)) continue;
        const u = copy(state.universe!);
        const trace = [...state.trace, event];
        try {
          happen(u, event);
          const key = keyOf(u);
          let to = known.get(key);
          if (!to) {
            judge(u);
            to = { universe: u, depth: d + 1, trace, next: [] };
            known.set(key, to);
            found.push(to);
          }
          state.next.push(to);
        } catch (error) {
          throw new Error(`${(error as Error).message}: ${trace.join(', ')}`, { cause: error });
        }
      }
      state.universe = undefined;
      // So that the runner hears its timers.
      await breathe();
    }
    frontier = found;
  }
  // How many orders there are: those that lead to a state, by the step at which they do.
  let counts = new Map([[first, 1]]);
  for (let d = 0; d < depth; d++) {
    const after = new Map<State, number>();
    for (const [state, count] of counts) for (const to of state.next) after.set(to, (after.get(to) ?? 0) + count);
    counts = after;
  }
  return { states: known.size, orders: [...counts.values()].reduce((sum, count) => sum + count, 0) };
}

/** A universe in which this has happened. */
function after(...events: string[]): Universe {
  const u = createUniverse();
  for (const event of events) happen(u, event);
  return u;
}

const NETWORK = ['deliver', 'lose the answer', 'time', 'silence'];

/** From where, with which events, how deep. */
const SEARCHES: Record<string, { from: string[]; events: string[]; depth: number }> = {
  'a client that registers and leaves, on a network that does what networks do': {
    from: [],
    events: [...NETWORK, 'lose', 'twice', 'delay the answer', 'arrive', 'reset', 'busy', 'restart the server', 'stop', 'start'],
    depth: DEPTH,
  },
  'a client that is observed': {
    from: ['deliver', 'observe'],
    events: [...NETWORK, 'reset', 'restart the server', 'observe', 'cancel', 'change', 'stop'],
    depth: DEPTH,
  },
  'a client that has something to tell': {
    from: ['deliver'],
    events: [...NETWORK, 'busy', 'lifetime by the server', 'trigger', 'add', 'remove'],
    depth: DEPTH,
  },
  'a client that is disabled, or switched off and on': {
    from: ['deliver'],
    events: [...NETWORK, 'disable', 'execute', 'repeat the request', 'observe', 'stop', 'start', 'restart the client', 'restart the server'],
    depth: DEPTH,
  },
  'a client to which anything happens': { from: ['deliver', 'observe'], events: Object.keys(EVENTS), depth: 3 },
};

for (const [what, { from, events, depth }] of Object.entries(SEARCHES))
  test.serial(`5.3, 5.5: ${what} agrees with its server in the end`, async (t) => {
    const before = process.cpuUsage();
    const { states, orders } = await explore(after(...from), events, depth);
    const { user, system } = process.cpuUsage(before);
    t.log(`${orders} orders of ${depth} of ${events.length} events, ${states} states, ${((user + system) / 1e6).toFixed(1)} s`);
    t.true(orders > events.length ** (depth - 2), 'most of the events can happen');
  });
