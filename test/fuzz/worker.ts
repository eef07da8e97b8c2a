/** Runs a target, or passes it inputs, and reports the result: see watch.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadCore } from '../support/core';
import { Progress } from './progress';
import { parseInputs, replay, run, shrink, type Finding, type Result, type Target } from './target';
import type { Outcome, Request } from './watch';

const { module, name, inputs, buffer, ...options } = workerData as Request & { buffer: SharedArrayBuffer };

// An unhandled rejection is a finding as well.
let stray: Error | undefined;
process.on('unhandledRejection', (error) => (stray = error as Error));

const progress = new Progress(buffer);
const { allTargets } = (await import(module)) as { allTargets: (under: Awaited<ReturnType<typeof loadCore>>) => Target[] };
const target = allTargets(await loadCore()).find((one) => one.name === name)!;

async function work(): Promise<Result> {
  if (inputs) return { inputs: inputs.length, ways: 0, fresh: [], finding: await replay(target, parseInputs(inputs), progress) };
  const result = await run(target, options, progress);
  const { finding } = result;
  // What hangs on the state of the generator is told as it is.
  if (finding && (await replay(target, parseInputs(finding.inputs), progress))) result.finding = await shrink(target, finding, progress);
  return result;
}

const result = await work();
// Rejections are told after the promise's turn.
await new Promise((resolve) => setTimeout(resolve, 10));
if (stray && !result.finding) result.finding = { error: stray, inputs: progress.inputs } satisfies Finding;
const { finding, ...rest } = result;
parentPort!.postMessage({ ...rest, finding: finding && { inputs: finding.inputs, message: finding.error.message, stack: finding.error.stack ?? '' } } satisfies Outcome);
