/** A device's whole life, the same bytes on every engine: registration with losses, every operation and format, blocks, updates, the end. */
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { buildCode, buildPrelude } from './support/bundle';
import { boot, findEngine } from './support/espruino';
import { asGlobal, findScriptEngine, runScripts, SCRIPT_ENGINES } from './support/script';
import { onEngine, withoutEngine } from '../support/engine';
import { live, type Line } from './transcript/life';

interface Player {
  begin(): void;
  play(line: string): string;
}

let code: string;
let lines: Line[];

function load(program: string): Player {
  const exports = {} as Player;
  runInNewContext(program, { exports, Uint8Array, Uint16Array, Float32Array, Float64Array });
  return exports;
}

test.before(async () => {
  code = await buildCode('linux-espruino', 'test/engines/transcript', { unicode: true });
  const player = load(code);
  player.begin();
  lines = live((line) => player.play(line));
});

function compare(printed: string[]): string | undefined {
  for (const [i, { line, answer }] of lines.entries()) if (printed[i] !== answer) return `line ${i + 1}, ${line}:\n  ${printed[i]}\nand not\n  ${answer}`;
  return undefined;
}

test('Node, the bundle: every kind of answer is among them', (t) => {
  onEngine(t, 'node', process.versions.node);
  const all = lines.map(({ answer }) => answer).join(' ');
  for (const word of ['registered', 'updated', 'lost:132', 'deregistered', 'observed:/3303/0/5700', 'cancelled:/3303/0/5700', 'execute:3/0/4', 'chunk:512', 'end:600', 'apply', 'cancel '])
    t.true(all.includes(word), word);
  for (const answer of [65, 66, 68, 69, 95, 128, 132, 133, 134, 136, 141, 143]) t.regex(all, new RegExp(`\\b[456][0-9a-f]${answer.toString(16)}`), `code ${answer}`);
});

for (const name of SCRIPT_ENGINES) {
  test.serial(name, async (t) => {
    const engine = await findScriptEngine(name);
    if (typeof engine === 'string') return withoutEngine(t, name, engine);
    onEngine(t, name, engine.version);
    const play = `player.begin();${JSON.stringify(lines.map(({ line }) => line))}.forEach(function(l){print("="+player.play(l))});`;
    const script = (await buildPrelude(name)) + asGlobal('player', code) + play;
    const printed = (await runScripts(engine, [script])).split('\n').filter((line) => line.startsWith('=')).map((line) => line.slice(1));
    t.is(compare(printed), undefined);
  });
}

const PROGRAM = `var p=require("life"),s=require("Storage").read("script"),a=0,b;p.begin();
function next(){b=s.indexOf("\\n",a);if(b<0){print("@ "+process.memory().usage);quit()}
print("="+p.play(s.substring(a,b)));a=b+1;setTimeout(next,0)}
next();`;

test.serial('espruino', async (t) => {
  const engine = await findEngine(2500, true);
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  onEngine(t, 'espruino', engine.version);
  const script = lines.map(({ line }) => line + '\n').join('');
  // Its strings are bytes, and it has its own way with them: the bundle of the board itself.
  const life = await buildCode('linux-espruino', 'test/engines/transcript');
  const espruino = await boot(engine, { storage: { life, script, '.bootcde': PROGRAM } });
  try {
    await espruino.waitFor(/^@ \d+\n/m, 90000);
    const printed = espruino.output.split('\n').filter((line) => line.startsWith('=')).map((line) => line.slice(1));
    t.is(compare(printed), undefined);
    t.deepEqual(espruino.complaints, []);
  } finally {
    await espruino.stop();
  }
});
