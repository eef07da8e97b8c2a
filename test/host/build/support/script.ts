/** Scripts before and behind a step of the build, which must do the same. */
import { runInNewContext } from 'node:vm';

/** Runs a script. Returns what it logs, and what `exports.run` returns for some numbers. */
export function runScript(code: string): unknown[] {
  const log: unknown[] = [];
  const context: Record<string, any> = { log: (value: unknown) => (log.push(value), value), exports: {} };
  runInNewContext(code, context);
  for (const given of [0, 1, 2, 7]) log.push(context.exports.run(given));
  return log;
}
