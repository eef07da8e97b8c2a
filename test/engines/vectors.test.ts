/** All vectors, as Node passes them, played to the same bundle on other engines: every call, every question back, every byte. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { loadContext, runFile } from '../../tools/vectors/run';
import { skip } from '../support/skip';
import { buildCode, buildPrelude } from './support/bundle';
import { Recorder, type Record } from './support/recorder';
import { asGlobal, findScriptEngine, runScripts, SCRIPT_ENGINES } from './support/script';
import { onEngine, withoutEngine } from '../support/engine';

const folder = inPackage('test', 'vectors');
const PART = 400_000;
/** JerryScript as a command has 512 KB of heap at most: the records do not fit. */
const VECTOR_ENGINES = SCRIPT_ENGINES.filter((name) => !name.startsWith('jerryscript'));

/** Scripts of bounded length that play the records. */
function scriptsOf(records: Record[]): string[] {
  const scripts: string[] = [];
  let part = '';
  records.forEach((record, i) => {
    part += `p(${i},${JSON.stringify(record)});\n`;
    if (part.length > PART || i === records.length - 1) {
      scripts.push(part);
      part = '';
    }
  });
  return scripts;
}

interface Recorded {
  recorder: Recorder;
  /** Vectors that ran. */
  count: number;
  why?: string;
}

const recorded = new Map<string, Promise<Recorded>>();

async function record(file: string): Promise<Recorded> {
  const context = await loadContext('bundle');
  const recorder = new Recorder();
  const under = { ...context.endpoint, core: recorder.wrap(context.endpoint.core) };
  const { outcomes } = runFile(join(folder, file), { codecs: under, endpoint: under });
  return { recorder, count: outcomes.filter(({ status }) => status !== 'skipped').length, why: outcomes[0]?.why };
}

const START = 'var n=0,bad=0;function p(i,r){var w=replay.play(r);n++;if(w){bad++;if(bad<20)print("! "+i+" "+w.slice(0,600))}}';

let player: Promise<string> | undefined;

for (const name of VECTOR_ENGINES) {
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.json')).sort()) {
    test.serial(`${name}: ${file}`, async (t) => {
      const engine = await findScriptEngine(name);
      if (typeof engine === 'string') return withoutEngine(t, name, engine);
      onEngine(t, name, engine.version);
      if (!recorded.has(file)) recorded.set(file, record(file));
      const { recorder, count, why } = await recorded.get(file)!;
      if (!recorder.records.length) return skip(t, `no vector of it runs on the client: ${why ?? 'they are about what boards have around it'}`);
      player ??= buildCode('host', 'test/engines/replay');
      const scripts = [(await buildPrelude(name)) + asGlobal('replay', await player) + START, ...scriptsOf(recorder.records), 'print("@ "+n+" "+bad);'];
      const output = await runScripts(engine, scripts, 110000);
      t.regex(output, /^@ \d+ 0$/m, output.slice(0, 3000));
      t.true(output.includes(`@ ${recorder.records.length} `));
      t.log(`measured: ${recorder.records.length} calls of ${count} vectors, all as on Node${recorder.left ? `; ${recorder.left} codec calls left out` : ''}`);
    });
  }
}
