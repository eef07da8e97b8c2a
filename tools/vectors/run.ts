/** From a file of vectors to what became of each. */
import { createRequire } from 'node:module';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { Problem } from '../../src/host/problem';
import { inPackage, showPath } from '../../src/host/build/root';
import { listSources } from '../../src/host/build/sources';
import { loadBundle, loadSources, type Core } from '../../test/support/core';
import { runBadInput } from './badinput';
import { BOARD_TOPICS } from './boards';
import { Failure, Skip, Tolerated } from './check';
import { runSequence } from './sequence';
import { runAttributes } from './topics/attributes';
import { runCoap } from './topics/coap';
import { runArguments } from './topics/execute';
import { runLinkFormat } from './topics/linkformat';
import { runOptionValue } from './topics/numbers';
import { runText } from './topics/text';
import { runTlv } from './topics/tlv';
import { runUri } from './topics/uri';
import type { Context, Run, Vector, VectorFile } from './types';

export interface Outcome {
  id: string;
  status: 'passed' | 'failed' | 'skipped';
  /** It passed by an answer that is tolerated, not preferred. */
  tolerated?: boolean;
  why?: string;
}

export interface Report {
  file: string;
  outcomes: Outcome[];
}

const TOPICS: Record<string, Run> = {
  tlv: runTlv, text: runText, linkformat: runLinkFormat, coap: runCoap, blockwise: runOptionValue, observe: runOptionValue,
  attributes: runAttributes, uri: runUri, execute_args: runArguments,
};

/** Topics of what this client does not have. */
const LATER: [RegExp, string][] = [
  [/^(cbor|senml|lwm2m_cbor)/, 'a format of LwM2M 1.1 or 1.2; the client speaks 1.0'],
  [/^oma_json$/, 'the legacy JSON of LwM2M 1.0 is optional and not supported'],
  [/^(dtls|oscore|aes|crypto)/, 'there is no security layer yet: the client speaks CoAP over UDP (NoSec)'],
];

/** What runs a vector: its operation says so where that is enough, else the file's topic. Throws a Skip. */
function runnerFor(topic: string, vector: Vector): Run {
  if (vector.category !== undefined) return runBadInput;
  const later = LATER.find(([pattern]) => pattern.test(topic));
  if (later) throw new Skip(later[1]);
  if (vector.op === 'sequence' || Array.isArray(vector.steps)) return runSequence;
  if (vector.op === 'timeline') return runAttributes;
  if (vector.op === 'compare') return runOptionValue;
  const run = TOPICS[topic] ?? BOARD_TOPICS.find(([pattern]) => pattern.test(topic))?.[1];
  if (!run) throw new Skip(`the topic ${topic || '(none)'} is not known`);
  return run;
}

export function runVector(topic: string, vector: Vector, context: Context): Outcome {
  const { id } = vector;
  try {
    runnerFor(topic, vector)(vector, context);
    return { id, status: 'passed' };
  } catch (error) {
    if (error instanceof Skip) return { id, status: 'skipped', why: error.message };
    if (error instanceof Tolerated) return { id, status: 'passed', tolerated: true, why: error.message };
    const { message, stack } = error as Error;
    if (error instanceof Failure && vector.optional) return { id, status: 'skipped', why: `optional, and not so here: ${message}` };
    return { id, status: 'failed', why: error instanceof Failure ? message : (stack ?? message) };
  }
}

/** Throws a Problem for what is no file of vectors. */
export function readVectors(file: string): VectorFile & { list: Vector[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Problem(`${showPath(file)}: it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}); name files such as test/vectors/tlv.json`, 2);
  }
  let data: VectorFile;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Problem(`${showPath(file)}: it is not JSON (${(error as Error).message})`, 2);
  }
  const list = data?.vectors ?? data?.cases;
  if (!Array.isArray(list) || list.some((vector) => typeof vector?.id !== 'string')) {
    throw new Problem(`${showPath(file)}: it is no file of vectors; it needs a list "vectors" (or "cases") of objects with an "id"`, 2);
  }
  return { ...data, list };
}

export function runFile(file: string, context: Context): Report {
  const { topic, list } = readVectors(file);
  return { file, outcomes: list.map((vector) => runVector(topic ?? '', vector, context)) };
}

/** The bundle of the board `host`, as built. Throws a Problem if it is absent. */
function loadHostBundle(): Core {
  const file = inPackage('dist', 'host', 'wixt.min.js');
  if (!existsSync(file)) throw new Problem(`${showPath(file)} is not there: run npm run build first`);
  const newest = Math.max(...listSources(inPackage('src', 'device')).map((one) => statSync(one).mtimeMs));
  if (newest > statSync(file).mtimeMs) console.error(`note: ${showPath(file)} is older than the sources; npm run build makes it anew`);
  return createRequire(import.meta.url)(file) as Core;
}

/** `board`: the bundle of the board `host`; `bundle`: one of the same sources by the same chain, made now; `sources`: themselves. */
export async function loadContext(where: 'board' | 'bundle' | 'sources'): Promise<Context> {
  const codecs = await (where === 'sources' ? loadSources() : loadBundle());
  return { codecs, endpoint: where === 'board' ? { ...codecs, core: loadHostBundle(), title: 'dist/host/wixt.min.js' } : codecs };
}
