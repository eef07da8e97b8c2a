// The suites: `unit` is what npm test runs; `long` are files that take more than six seconds of CPU or a browser (npm run test:long), `engines` those that
// need an engine (npm run engines). .ci/run runs all three.
const LONG = [
  'test/boards/{clock,idle,udp-bg96,udp-esp8266at}.test.ts',
  'test/bundle/**/*.test.ts',
  'test/device/explorer.test.ts',
  'test/docs/{examples,tutorial}.test.ts',
  'test/examples/**/*.test.ts',
  'test/fuzz/**/*.test.ts',
  'test/heap/**/*.test.ts',
  'test/host/build/*.test.ts',
  'test/host/console/**/*.test.ts',
  'test/host/server/growth.test.ts',
  'test/host/sim/boards.test.ts',
];
const ENGINES = ['test/engines/**/*.test.ts'];
const all = ['test/**/*.test.ts'];
const without = (...lists) => [...all, ...lists.flat().map((pattern) => `!${pattern}`)];
const suite = process.env.WIXT_SUITE;
const suites = { unit: without(LONG, ENGINES), long: LONG, engines: ENGINES };

export default {
  // Files that are named on the command line are found whatever the suite.
  files: suites[suite] ?? (process.argv.some((argument) => /\.test\.ts$|^test\//.test(argument)) ? all : suites.unit),
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  // Processes: a test may end one, and workers share exit codes and signals.
  workerThreads: false,
  concurrency: 2,
  // Without any result for so long a run is stuck. Tests have no limits of their own: a busy machine is no fault.
  timeout: '15m',
};
