/**
 * `npm test`: types, imports and the quick tests, with the board that they run. `npm run test:long`: the build of every board, what its bundles may
 * hold and weigh, and the tests that take long.
 */
import { inPackage } from '../../src/host/build/root';
import { addCounts, formatCounts, runStage, type Counts, type Stage } from './stages';

const node = (script: string, ...rest: string[]) => [process.execPath, inPackage(script), ...rest];

const rollup = (...rest: string[]): Stage => ({ name: 'build', command: node('node_modules/rollup/dist/bin/rollup', '-c', '--silent', ...rest) });

const QUICK: Stage[] = [
  rollup('--configBoards', 'host'),
  { name: 'types of device code', command: node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.device.json') },
  { name: 'types of everything else', command: node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json') },
  { name: 'imports', command: node('tools/imports.js') },
  { name: 'tests', command: node('tools/suite.js', 'unit') },
];

const LONG: Stage[] = [
  rollup(),
  { name: 'gate', command: node('tools/gate.js') },
  { name: 'sizes', command: node('tools/size.js') },
  { name: 'tests', command: node('tools/suite.js', 'long') },
];

const stages = process.argv.includes('long') ? LONG : QUICK;

let total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const stage of stages) {
  console.log(`\n== ${stage.name}`);
  const start = Date.now();
  const counts = await runStage(stage);
  total = addCounts(total, counts);
  lines.push(`${stage.name.padEnd(26)} ${formatCounts(counts)}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  // Nothing that follows means anything without a build.
  if (stage.name === 'build' && counts.failed) break;
}
console.log(['\n== all', ...lines, formatCounts(total)].join('\n'));
if (total.failed) process.exitCode = 1;
