/** What the simulator says while a server does not answer, and at the end: nothing that is not so. */
import test from 'ava';
import type { ConnectOptions, Device, Library } from '../../../src/host/sim/library';
import type { Program } from '../../../src/host/sim/program';
import { describeEvent } from '../../../src/host/sim/run';
import { Simulator } from '../../../src/host/sim/simulator';
import { Problem } from '../../../src/host/problem';

const SERVER = 'coap://192.0.2.1';

/** A program that connects with the options, and a library whose device says what the test wants. */
function setUp(options: object) {
  const said: [string, any][] = [];
  let given: ConnectOptions;
  const device: Device = { client: {}, changed() {}, update() {}, stop: () => given.onEvent!({}, 'deregistered', 1) };
  const connect = (one: ConnectOptions) => ((given = one), device);
  const program = { library: { connect } as unknown as Library, run: (library: Library) => void library.connect({ endpoint: 'x', objects: [], ...options } as ConnectOptions) } as unknown as Program;
  const simulator = new Simulator(program, {}, (event, detail) => said.push([event, detail]));
  return { simulator, said, hear: (name: string) => given.onEvent!({}, name, 1) };
}

test('it says where it registers, that nobody has answered after 4 s, and at the end that it was not registered', async (t) => {
  const { simulator, said } = setUp({ server: SERVER });
  simulator.start();
  t.deepEqual(said, [['registering', { endpoint: 'x', server: SERVER }]]);
  await new Promise((resolve) => setTimeout(resolve, 4300));
  t.is(said[1]?.[0], 'unanswered');
  t.true(await simulator.stop());
  t.is(said[2]?.[0], 'stopped');
  const sentences = said.map(([event, detail]) => describeEvent(event, detail));
  t.regex(sentences.join('\n'), /^registering at coap:\/\/192\.0\.2\.1 as x\nno answer from coap:\/\/192\.0\.2\.1 yet: .*\nstopped: coap:\/\/192\.0\.2\.1 never answered, /);
  t.notRegex(sentences.join('\n'), /left/);
});

test('where a server has answered, nothing is said of patience, and leaving is leaving', async (t) => {
  const { simulator, said, hear } = setUp({ server: SERVER });
  simulator.start();
  hear('registered');
  await new Promise((resolve) => setTimeout(resolve, 4300));
  t.true(await simulator.stop());
  t.deepEqual(said.map(([event]) => event), ['registering', 'registered', 'deregistered']);
});

test('connect without a server is one sentence', (t) => {
  for (const options of [{}, { servers: [] }]) {
    const { simulator } = setUp(options);
    t.throws(() => simulator.start(), { instanceOf: Problem, message: /^the program's connect names no server: .*--server$/ });
  }
});
