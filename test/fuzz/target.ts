/** What can be fuzzed, and how a run goes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPackage } from '../../src/host/build/root';
import { seeded, toHex } from '../support/bench';
import { below, mutate, pick, stretch, type Random } from './mutate';
import type { Progress } from './progress';

/** One thing under test, with its state. */
export interface Subject {
  /** Takes an input, and throws when a promise is broken. Returns a few letters on how the subject handled it: inputs with new ones are kept. */
  take(input: Uint8Array): string | Promise<string>;
  /** After some inputs: everything in order? Throws where not. */
  check?(): void | Promise<void>;
}

export interface Target {
  name: string;
  /** What is tried, for people. */
  title: string;
  /** Inputs are CoAP messages. */
  messages?: boolean;
  /** Lengths at which something ends (a datagram, its buffer): one of six inputs is made about as long. */
  ends?: number[];
  /** Beside the file of the corpus. */
  seeds(): Uint8Array[];
  create(random: Random): Subject | Promise<Subject>;
  /** Inputs that one subject takes, before another is made. */
  inputs: number;
}

export interface Finding {
  error: Error;
  /** Inputs since the subject was made, the last of which broke it. */
  inputs: string[];
}

export interface Result {
  inputs: number;
  /** Ways in which inputs were taken that were told apart. */
  ways: number;
  /** Inputs that were taken in a way that the corpus did not show. */
  fresh: string[];
  finding?: Finding;
}

export const parseInputs = (inputs: string[]): Uint8Array[] => inputs.map((hex) => fromHex(hex));
export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** One input a line, in hex; lines that begin with # say what comes. */
export function readCorpus(name: string): Uint8Array[] {
  const file = join(inPackage('test', 'fuzz', 'corpus'), `${name}.txt`);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.filter((line) => line && !line.startsWith('#')).map(fromHex);
}

/** Feeds inputs to a fresh subject. Returns what broke it. */
export async function replay(target: Target, inputs: Uint8Array[], progress?: Progress): Promise<Finding | undefined> {
  progress?.begin();
  const subject = await target.create(seeded(1));
  const given: string[] = [];
  try {
    for (const input of inputs) {
      given.push(toHex(input));
      progress?.add(given.at(-1)!);
      await subject.take(input);
    }
    await subject.check?.();
  } catch (error) {
    return { error: error as Error, inputs: given };
  }
  return undefined;
}

export interface RunOptions {
  seed: number;
  /** When to end: milliseconds, or inputs. */
  milliseconds?: number;
  count?: number;
}

const MOST_KEPT = 4000;

/** Runs a target until the time is over, the inputs are, or something breaks. */
export async function run(target: Target, { seed, milliseconds = Infinity, count = Infinity }: RunOptions, progress?: Progress): Promise<Result> {
  const random = seeded(seed);
  const pool = [...target.seeds(), ...readCorpus(target.name)].map((input) => [...input]);
  const seen = new Set<string>();
  const result: Result = { inputs: 0, ways: 0, fresh: [] };
  const end = Date.now() + milliseconds;
  const other = (): number[] => pick(random, pool);
  const change = (): number[] => {
    const b = mutate(other(), random, other, 1 + below(random, 6), target.messages);
    return target.ends && below(random, 6) === 0 ? stretch(b, random, pick(random, target.ends)) : b;
  };
  // First the corpus as it is.
  const first = pool.map((input) => Uint8Array.from(input));
  const known = first.length;
  while (result.inputs < count && Date.now() < end) {
    progress?.begin();
    const subject = await target.create(random);
    const given: string[] = [];
    try {
      for (let i = 0; i < target.inputs; i++) {
        const corpus = first.shift();
        const input = corpus ?? Uint8Array.from(change());
        given.push(toHex(input));
        progress?.add(given.at(-1)!);
        const way = await subject.take(input);
        result.inputs++;
        if (seen.has(way)) continue;
        seen.add(way);
        if (corpus) continue;
        result.fresh.push(toHex(input));
        if (pool.length < known + MOST_KEPT) pool.push([...input]);
      }
      await subject.check?.();
    } catch (error) {
      return { ...result, ways: seen.size, finding: { error: error as Error, inputs: given } };
    }
  }
  return { ...result, ways: seen.size };
}

/** The fewest of the inputs, found by leaving out, that still break it. */
export async function shrink(target: Target, finding: Finding, progress?: Progress): Promise<Finding> {
  let inputs = finding.inputs.map(fromHex);
  let best = finding;
  for (let step = Math.ceil(inputs.length / 2); step >= 1; step = step === 1 ? 0 : Math.ceil(step / 2)) {
    for (let at = 0; at < inputs.length; ) {
      const fewer = [...inputs.slice(0, at), ...inputs.slice(at + step)];
      const again = fewer.length ? await replay(target, fewer, progress) : undefined;
      if (again) {
        inputs = fewer;
        best = again;
      } else at += step;
    }
  }
  return best;
}
