/** Logs of receivers and modems, read on every engine as on Node: by the bundle that a board would have. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { onEngine, withoutEngine } from '../support/engine';
import { buildCode, buildPrelude } from './support/bundle';
import { boot, findEngine } from './support/espruino';
import { asGlobal, findScriptEngine, runScripts, SCRIPT_ENGINES } from './support/script';

interface Reader {
  play(line: string): string;
}

const casesOf = (name: string) => JSON.parse(readFileSync(inPackage('test', 'vectors', `${name}.json`), 'utf8')).cases as { input: string }[];
const LINES = (['nmea', 'at'] as const).flatMap((name) => casesOf(name).map(({ input }) => name.charAt(0) + Buffer.from(input, 'latin1').toString('hex')));

let code: string;
let expected: string[];

function load(program: string): Reader {
  const exports = {} as Reader;
  runInNewContext(program, { exports, Uint8Array });
  return exports;
}

test.before(async () => {
  code = await buildCode('linux-espruino', 'test/engines/readers');
  const reader = load(code);
  expected = LINES.map((line) => reader.play(line));
});

for (const name of SCRIPT_ENGINES)
  test.serial(name, async (t) => {
    const engine = await findScriptEngine(name);
    if (typeof engine === 'string') return withoutEngine(t, name, engine);
    onEngine(t, name, engine.version);
    const script = (await buildPrelude(name)) + asGlobal('reader', code) + `${JSON.stringify(LINES)}.forEach(function(l){print("="+reader.play(l))});`;
    const printed = (await runScripts(engine, [script])).split('\n').filter((line) => line.startsWith('=')).map((line) => line.slice(1));
    t.deepEqual(printed, expected);
  });

/** All lines twice: what the engine makes at first use is there after the first round. */
const PROGRAM = `var r=require("reader"),s=require("Storage").read("script"),a=0,b,m=0;
function next(){b=s.indexOf("\\n",a);if(b<0){a=0;b=process.memory().usage;if(m){print("@ "+m+" "+b);quit()}m=b;setTimeout(next,0);return}
print("="+r.play(s.substring(a,b)));a=b+1;setTimeout(next,0)}
next();`;

test.serial('espruino', async (t) => {
  const engine = await findEngine(2500, true);
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  onEngine(t, 'espruino', engine.version);
  const espruino = await boot(engine, { storage: { reader: code, script: LINES.map((line) => line + '\n').join(''), '.bootcde': PROGRAM } });
  try {
    await espruino.waitFor(/^@ \d+ \d+\r?\n/m, 120000);
    const printed = espruino.output.split(/\r?\n/);
    t.deepEqual(printed.filter((line) => line.startsWith('=')).map((line) => line.slice(1)), [...expected, ...expected]);
    const [first, last] = printed.find((line) => line.startsWith('@ '))!.slice(2).trim().split(' ').map(Number);
    t.is(first, last);
    t.log(`measured: ${code.length} bytes of bundle, ${last} variables with it, the same after ${LINES.length} logs more`);
  } finally {
    await espruino.stop();
  }
});
