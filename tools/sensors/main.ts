/** A table of drivers and adapters: bytes of each alone, what it shares with others included. */
import { listOpeners, measure } from './price';

const all = listOpeners();
for (const [file, name] of all) console.log(`${String(await measure([[file, name]])).padStart(6)}  ${name}  ${file}.ts`);
console.log(`${String(await measure(all)).padStart(6)}  all of them`);
