/** A run in a thread of its own, so that code that never comes back is a finding like any other, told with its inputs. */
import { Worker } from 'node:worker_threads';
import { inPackage } from '../../src/host/build/root';
import { Progress } from './progress';
import type { Result, RunOptions } from './target';

export interface Request extends RunOptions {
  /** The file whose `allTargets` has the target. */
  module: string;
  /** The target's. */
  name: string;
  /** These inputs, in hex, and no others; nothing is changed. */
  inputs?: string[];
}

export interface Outcome extends Omit<Result, 'finding'> {
  finding?: { message: string; stack: string; inputs: string[] };
}

/** Where the targets are. */
export const TARGETS = inPackage('test', 'fuzz', 'targets', 'index.ts');

/** Runs it once. What takes `patience` ms for one input, or ends the thread, is a finding. */
function attempt(request: Request, patience: number): Promise<Outcome & { hung?: boolean }> {
  const progress = new Progress();
  const worker = new Worker(inPackage('test', 'fuzz', 'worker.js'), { workerData: { ...request, buffer: progress.buffer }, execArgv: [] });
  return new Promise((resolve) => {
    let steps = 0;
    let since = Date.now();
    let over = false;
    const end = (outcome: Outcome & { hung?: boolean }): void => {
      if (over) return;
      over = true;
      clearInterval(timer);
      void worker.terminate().then(() => resolve(outcome));
    };
    const find = (message: string, stack: string, hung?: boolean): void =>
      end({ inputs: progress.steps, ways: 0, fresh: [], finding: { message, stack, inputs: progress.inputs }, hung });
    const timer = setInterval(() => {
      const now = progress.steps;
      // Before its first step it loads and builds, as long as that takes.
      if (now !== steps || !now) {
        steps = now;
        since = Date.now();
      } else if (Date.now() - since > patience) find(`it hangs: no end of the last input in ${patience / 1000} s`, '', true);
    }, Math.min(200, patience / 4));
    worker.on('message', end);
    worker.on('error', (error) => find(error.message, error.stack ?? ''));
    worker.on('exit', (code) => find(`its thread ended with ${code}`, ''));
  });
}

/**
 * Runs a target as `request` says, and watches it: an input that takes longer than `patience` ms is a finding, told by the last
 * input, the last eight, or all since its subject was made, whichever first hang again.
 */
export async function watch(request: Request, patience = 20_000): Promise<Outcome> {
  const { hung, ...outcome } = await attempt(request, patience);
  if (!hung) return outcome;
  const all = outcome.finding!.inputs;
  for (const count of [1, 8]) {
    if (count >= all.length) break;
    const inputs = all.slice(-count);
    if ((await attempt({ ...request, inputs }, patience)).hung) return { ...outcome, finding: { ...outcome.finding!, inputs } };
  }
  return outcome;
}
