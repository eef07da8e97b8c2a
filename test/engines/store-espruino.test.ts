/** The store's conformance suite on a real Espruino, whose flash is a file that the test can cut. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runEspruino } from '../../tools/espruino';
import { storeConformance, type Step, type StoreDriver } from '../boards/store';
import { buildCode } from './support/bundle';
import { findEngine } from './support/espruino';

const quote = (text: string) => `"${[...text].map((c) => '\\x' + c.charCodeAt(0).toString(16).padStart(2, '0')).join('')}"`;

/** A step as a statement; what is read goes into r, as codes of its characters: a build with Unicode keeps them as UTF-8 inside. */
function statement([name, key, value]: Step): string {
  if (name === 'read') return `v=s.read("${key}");r.push(v===undefined?null:codes(v));`;
  return name === 'write' ? `s.write("${key}",${quote(value)});` : `s.delete("${key}");`;
}

/** The bytes that differ in the order in which jsflash.c writes them: what is new upwards, then the heads that it takes from old files. */
function listChanges(before: Buffer, after: Buffer): number[] {
  const places = [...after.keys()].filter((at) => after[at] !== before[at]);
  return [...places.filter((at) => before[at] === 255), ...places.filter((at) => before[at] !== 255)];
}

async function openDevice(): Promise<StoreDriver | string> {
  const engine = await findEngine();
  if (typeof engine === 'string') return engine;
  const code = await buildCode('linux-espruino', 'test/engines/store');
  const folder = mkdtempSync(join(tmpdir(), 'wixt-store-'));
  const file = join(folder, 'espruino.flash');
  /** Starts the device with a flash image, erased (all ones) if absent; returns what was read, and the image. */
  const run = async (steps: Step[], image?: Buffer) => {
    if (image) writeFileSync(file, image);
    else rmSync(file, { force: true });
    const program = `var exports={},r=[],v;function codes(s){var i,a=[];for(i=0;i<s.length;i++)a.push(s.charCodeAt(i));return a.join()}(function(){${code}})();var s=exports.openStore();\n${steps.map(statement).join('\n')}\nprint("@"+JSON.stringify(r)+"@");`;
    const output = await runEspruino(engine.binary, program, 20000, folder);
    const found = /@(\[.*\])@/.exec(output);
    if (!found) throw new Error(output.slice(-2000));
    const read = (JSON.parse(found[1]!) as (string | null)[]).map((codes) =>
      codes === null ? undefined : String.fromCharCode(...codes.split(',').filter(Boolean).map(Number)),
    );
    return { read, image: existsSync(file) ? readFileSync(file) : undefined };
  };
  const make = (image: Buffer | undefined): StoreDriver => ({
    async start(steps) {
      const read: (string | undefined)[] = [];
      // A program of more steps would not fit the variables: then it starts several times.
      for (let i = 0; i < steps.length; i += 8) {
        const result = await run(steps.slice(i, i + 8), image);
        image = result.image;
        read.push(...result.read);
      }
      return read;
    },
    async cut(steps, look) {
      const after = (await run(steps, image)).image!;
      const before = image ?? Buffer.alloc(after.length, 255);
      const changes = listChanges(before, after);
      // A head of a file is written in words of four bytes on every board; what follows it may break anywhere.
      const head = after.indexOf('wixt.', changes[0]) - 4;
      const inHead = (at: number | undefined) => at !== undefined && (before[at] !== 255 || (at >= head && at < head + 32));
      let places = 0;
      for (let count = 0; count <= changes.length; count += inHead(changes[count]) ? 4 : 1) {
        const left = Buffer.from(before);
        for (const at of changes.slice(0, count)) left[at] = after[at]!;
        places++;
        await look(make(left));
      }
      return places;
    },
    end: async () => rmSync(folder, { recursive: true, force: true }),
  });
  return make(undefined);
}

storeConformance('store-espruino on Espruino', openDevice, 10);
