/** The drivers on other engines: what their bus was asked and said on Node is played to the same bundle there, and the samples are the same. */
import test from 'ava';
import type { Failure } from '../boards/sensors/doubles';
import { RIGS, type Rig } from '../boards/sensors/chips';
import { onEngine, withoutEngine } from '../support/engine';
import { listOpeners, measure } from '../../tools/sensors/price';
import { buildCode, buildPrelude } from './support/bundle';
import { boot, findEngine } from './support/espruino';
import { asGlobal, findScriptEngine, runScripts, SCRIPT_ENGINES } from './support/script';

const OPENERS: [RegExp, string][] = [
  [/^B.E280|^BMP280/, 'openBme280'], [/^SHT3x/, 'openSht3x'], [/^SHT4x/, 'openSht4x'], [/^SHTC3/, 'openShtc3'], [/^LPS/, 'openLps22hb'], [/^LIS/, 'openLis2dh12'], [/^OPT/, 'openOpt3001'],
  [/^DS18/, 'openDs18b20'], [/button/, 'openButton'], [/PIR/, 'openPir'], [/analog/, 'openAnalog'],
];

/** What a bus was asked, and after "=" what it said. */
type Calls = string[];

interface Played {
  name: string;
  opener: string;
  spi: boolean;
  /** With failures of all kinds. */
  calls: Calls;
  samples: string[];
  /** From the start to the first sample, and what each further sample takes. */
  first: Calls;
  steady: Calls;
  /** Calls of `sample` for both. */
  counts: [first: number, steady: number];
}

const hex = (b: Uint8Array) => Buffer.from(b).toString('hex');

/** Writes down what is asked of a bus. */
function record({ double }: Rig): Calls {
  const calls: Calls = [];
  const bus = double as any;
  const wrap = (name: string, text: (asked: any, result: any) => string) => {
    const honest = bus[name]?.bind(bus);
    if (!honest) return;
    bus[name] = (asked: any, ...rest: any[]) => {
      const before = asked instanceof Uint8Array && name !== 'read' ? hex(asked) : '';
      const result = honest(asked, ...rest);
      calls.push(text({ before, asked }, result));
      return result;
    };
  };
  wrap('write', ({ before }, done) => `w${before}=${done ? 1 : 0}`);
  wrap('read', ({ asked }, got) => (asked ? `r${asked.length}=${hex(asked.subarray(0, got))}` : `r0=${got ?? 'u'}`));
  wrap('transfer', ({ before, asked }, done) => `t${before}=${done ? hex(asked) : ''}`);
  wrap('reset', (_asked, there) => `x=${there ? 1 : 0}`);
  wrap('close', () => 'c=');
  return calls;
}

/** A sample as the engines print it, too. */
const PRINT = `function show(s,v){var p,q,t=s.fault+" "+s.wait;if(v)for(p in v)if(typeof v[p]=="object")for(q in v[p])t+=" "+q+" "+(v[p][q]===undefined?"-":typeof v[p][q]=="number"?Math.round(v[p][q]*10000):v[p][q]);return t}`;
const show = new Function(`${PRINT};return show`)() as (s: object, v: object | undefined) => string;

const FAILURES: Failure[] = ['none', 'none', 'silent', 'none', 'ones', 'zeros', 'none', 'cut', 'none'];

function play(name: string): Played {
  const rig = RIGS[name]!();
  const calls = record(rig);
  const samples: string[] = [];
  for (const failure of FAILURES) {
    rig.double.failure = failure;
    // Three calls: so failures come in each step.
    for (let i = 0; i < 3; i++) samples.push(show(rig.sensor, rig.sensor.sample()));
  }
  rig.sensor.close();
  samples.push(show(rig.sensor, rig.sensor.sample()));
  const well = RIGS[name]!();
  const all = record(well);
  const round = () => {
    let n = 1;
    while (!well.sensor.sample()) n++;
    return [all.splice(0), n] as const;
  };
  const [first, a] = round();
  const [steady, b] = round();
  return { name, opener: OPENERS.find(([pattern]) => pattern.test(name))![1], spi: name.endsWith('SPI'), calls, samples, first, steady, counts: [a, b] };
}

/** ES5 that every engine takes: the bus that says what it said, and the program that samples. */
const PLAYER = `
var P,A,B;
function hx(u){var s="",i;for(i=0;i<u.length;i++)s+=(u[i]<16?"0":"")+u[i].toString(16);return s}
function nx(k){var e=P[A];A++;if(e===undefined||e.slice(0,k.length+1)!==k+"="){if(!B)B=A+": "+k+" instead of "+e;return ""}return e.slice(k.length+1)}
function fi(u,h){var i;for(i=0;i<h.length/2;i++)u[i]=parseInt(h.slice(2*i,2*i+2),16);return h.length/2}
function wr(u){return nx("w"+hx(u))=="1"}
function rd(u){var h;if(!u){h=nx("r0");return h=="u"?undefined:+h}h=nx("r"+u.length);return fi(u,h)}
function tr(u){var h=nx("t"+hx(u));if(h)fi(u,h);return !!h}
function xr(){return nx("x")=="1"}
function cl(){nx("c")}
${PRINT}
function mk(k){return k?{transfer:tr,close:cl}:{write:wr,read:rd,reset:xr,close:cl,resolution:10}}
function all(n,o,k,c,m){var s,i;P=c;A=0;B="";s=o({sensor:mk(k)});for(i=0;i<m;i++){if(i==m-1)s.close();print("@"+n+" "+show(s,s.sample()))}print("="+n+" "+(B||(A==c.length?"same":"less")))}
function again(s,c,m){var i;P=c;A=0;for(i=0;i<m;i++)s.sample()}
`;

const scriptOf = ({ opener, spi, calls, samples }: Played, i: number): string => `all(${i},drivers.${opener},${spi ? 1 : 0},${JSON.stringify(calls)},${samples.length});\n`;

/** Compares line by line; a last digit may be another. */
function compare(t: any, output: string, played: Played[]): number {
  let count = 0;
  played.forEach(({ name, samples }, n) => {
    const lines = [...output.matchAll(new RegExp(`^>*@${n} (.*)$`, 'gm'))].map((found) => found[1]!.trim());
    t.regex(output, new RegExp(`^>*=${n} same`, 'm'), `${name}: the bus: ${new RegExp(`=${n} .*`).exec(output)?.[0] ?? output.slice(-1500)}`);
    t.is(lines.length, samples.length, name);
    lines.forEach((line, i) => {
      const [is, should] = [line.split(' '), samples[i]!.split(' ')];
      t.is(is.length, should.length, `${name}, sample ${i}: ${line} instead of ${samples[i]}`);
      is.forEach((word, k) => (/^-?\d+$/.test(word) && /^-?\d+$/.test(should[k]!) ? t.true(Math.abs(+word - +should[k]!) <= 1, `${name}, sample ${i}: ${line} instead of ${samples[i]}`) : t.is(word, should[k])));
      count++;
    });
  });
  return count;
}

const played = Object.keys(RIGS).map(play);

test('the script is right on Node, and has samples, faults and waits', async (t) => {
  const lines: string[] = [];
  const code = await buildCode('linux-espruino', 'test/engines/sensors');
  new Function('print', asGlobal('drivers', code) + PLAYER + played.map(scriptOf).join(''))((line: string) => lines.push(line));
  t.is(compare(t, lines.join('\n'), played), played.length * (FAILURES.length * 3 + 1));
  for (const { name, samples } of played) {
    t.true(samples.some((one) => one.startsWith('0 0 ')), `${name}: a sample`);
    t.true(samples.some((one) => !one.startsWith('0 ')), `${name}: a fault`);
  }
});

// Alone its functions have other callers, and the build makes other code of them.
test.serial('each driver builds alone', async (t) => {
  t.timeout(300_000);
  const openers = listOpeners();
  t.true(openers.length > 12);
  for (const opener of openers) t.true((await measure([opener])) > 100, opener[1]);
});

for (const name of SCRIPT_ENGINES)
  test.serial(`${name}: every driver, with every failure of its bus`, async (t) => {
    const engine = await findScriptEngine(name);
    if (typeof engine === 'string') return withoutEngine(t, name, engine);
    onEngine(t, name, engine.version);
    // MicroQuickJS wants code of its own: a variable of a catch must not be there twice.
    const code = await buildCode(name === 'mquickjs' ? 'mquickjs' : 'linux-espruino', 'test/engines/sensors');
    const output = await runScripts(engine, [(await buildPrelude(name)) + asGlobal('drivers', code) + PLAYER, ...played.map(scriptOf)]);
    t.log(`measured: ${compare(t, output, played)} samples of ${played.length} sensors, all as on Node`);
  });

test.serial('espruino: every driver, with every failure of its bus, and no variable is left behind', async (t) => {
  const engine = await findEngine(2500, true);
  const other = typeof engine === 'string' ? await findEngine() : engine;
  if (typeof other === 'string') return withoutEngine(t, 'espruino', other);
  onEngine(t, 'espruino', other.version);
  const code = await buildCode('linux-espruino', 'test/engines/sensors');
  let samples = 0;
  for (const one of played) {
    const script =
      `var drivers=require("drv");${PLAYER}${scriptOf(one, 0)}P=undefined;\n` +
      `var s0=process.memory().usage,s=drivers.${one.opener}({sensor:mk(${one.spi ? 1 : 0})}),s1=process.memory().usage;\n` +
      `var F=${JSON.stringify(one.first)},S=${JSON.stringify(one.steady)},i,m0=0,m1=0;B="";again(s,F,${one.counts[0]});\n` +
      // The second round is the measure: in the first its variables are made.
      `again(s,S,${one.counts[1]});m0=process.memory().usage;for(i=0;i<20;i++)again(s,S,${one.counts[1]});m1=process.memory().usage;\nprint("#"+(m1-m0)+" "+(s1-s0)+" "+B+"#");\n`;
    const espruino = await boot(other, { storage: { drv: code, '.bootcde': script } });
    try {
      const [, left, price, bad] = await espruino.waitFor(/#(-?\d+) (\d+) (.*)#/, 30000);
      t.deepEqual(espruino.complaints, [], one.name);
      samples += compare(t, espruino.output, [one]);
      t.is(bad, '', one.name);
      t.is(Number(left), 0, `${one.name}: variables left behind by 20 samples`);
      t.log(`${one.name}: ${price} JsVars open`);
    } finally {
      await espruino.stop();
    }
  }
  t.log(`measured: ${samples} samples of ${played.length} sensors, all as on Node`);
});
