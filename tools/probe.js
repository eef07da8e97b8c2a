// Random programs through the build chain, the same on Espruino as on Node: node tools/probe.js --count 3000 --seed 1
import { register } from 'tsx/esm/api';

register();
await import('./probe/main.ts');
