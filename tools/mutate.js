// Changes the sources in one small place at a time and runs the tests that pass there: node tools/mutate.js --help
import { register } from 'tsx/esm/api';

register();
await import('./mutate/main.ts');
