// One suite of tests: node tools/suite.js unit|long|engines
import { register } from 'tsx/esm/api';

register();
await import('./test/suite.ts');
