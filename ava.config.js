export default {
  files: ['test/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  // Processes: a test may end one, and workers share exit codes and signals.
  workerThreads: false,
  timeout: '2m',
};
