// Brings mangle.json up to date with the sources: node tools/names.js [--fresh]; --fresh gives the shortest names anew
import { register } from 'tsx/esm/api';

register();
const { NAMES_FILE } = await import('../src/host/build/bundle.ts');
const { updateNames } = await import('../src/host/build/sources.ts');
const table = updateNames(NAMES_FILE, process.argv.includes('--fresh'));
console.log(`${Object.keys(table).length} names, ${Object.values(table).filter((name) => name.length === 1).length} of one character`);
