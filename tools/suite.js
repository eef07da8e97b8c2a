// One suite of tests: node tools/suite.js unit|engines|interop|browser
import { register } from 'tsx/esm/api';

register();
await import('./test/suite.ts');
