// The gate on what was built: node tools/gate.js [FILE…], all of dist without
import { register } from 'tsx/esm/api';

register();
await import('./gate/main.ts');
