// Everything that npm test does: node tools/test.js
import { register } from 'tsx/esm/api';

register();
await import('./test/main.ts');
