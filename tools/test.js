// npm test: node tools/test.js; npm run test:long: node tools/test.js long
import { register } from 'tsx/esm/api';

register();
await import('./test/main.ts');
