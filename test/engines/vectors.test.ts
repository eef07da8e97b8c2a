/** All vectors, as Node passes them, played to the same bundle on Duktape: every call, every question back, every byte. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { loadContext, runFile } from '../../tools/vectors/run';
import { skip } from '../support/skip';
import { buildCode } from './support/bundle';
import { Recorder, type Record } from './support/recorder';
import { asGlobal, findScriptEngine, runScripts } from './support/script';
import { onEngine, withoutEngine } from '../support/engine';

const folder = inPackage('test', 'vectors');
const PART = 400_000;

let player: string;
test.before(async () => {
  if (typeof (await findScriptEngine('duktape')) !== 'string') player = asGlobal('replay', await buildCode('host', 'test/engines/replay'));
});

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

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  test.serial(`duktape: ${file}`, async (t) => {
    t.timeout(120000);
    const engine = await findScriptEngine('duktape');
    if (typeof engine === 'string') return withoutEngine(t, 'duktape', engine);
    onEngine(t, 'duktape', engine.version);
    const context = await loadContext('bundle');
    const recorder = new Recorder();
    const under = { ...context.endpoint, core: recorder.wrap(context.endpoint.core) };
    const { outcomes } = runFile(join(folder, file), { codecs: under, endpoint: under });
    const ran = outcomes.filter(({ status }) => status !== 'skipped');
    if (!recorder.records.length) return skip(t, `no vector of it runs on the client: ${outcomes[0]?.why}`);
    const start = player + 'var n=0,bad=0;function p(i,r){var w=replay.play(r);n++;if(w){bad++;if(bad<20)print("! "+i+" "+w.substr(0,600))}}';
    const output = await runScripts(engine, [start, ...scriptsOf(recorder.records), 'print("@ "+n+" "+bad);'], 110000);
    t.regex(output, /^@ \d+ 0$/m, output.slice(0, 3000));
    t.true(output.includes(`@ ${recorder.records.length} `));
    t.log(`measured: ${recorder.records.length} calls of ${ran.length} vectors, all as on Node${recorder.left ? `; ${recorder.left} codec calls left out` : ''}`);
  });
}
