// The suites: what Node and npm alone can run is `unit`; `engines` is a stage of .ci/run (node tools/suite.js engines).
const SUITES = ['engines'];
const suite = process.env.WIXT_SUITE;
const files = SUITES.includes(suite) ? [`test/${suite}/**/*.test.ts`] : ['test/**/*.test.ts', ...SUITES.map((name) => `!test/${name}/**`)];

export default {
  // Files that are named on the command line are found whatever the suite.
  files: suite || !process.argv.some((argument) => /\.test\.ts$|^test\//.test(argument)) ? files : ['test/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  // Processes: a test may end one, and workers share exit codes and signals.
  workerThreads: false,
  concurrency: 2,
  // Without any result for so long a run is stuck. Tests have no limits of their own: a busy machine is no fault.
  timeout: '15m',
};
