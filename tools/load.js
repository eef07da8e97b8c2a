// CPU and memory of the server under load, Leshan beside it: npm run load [-- --quick]
import { register } from 'tsx/esm/api';

register();
await import('./load/main.ts');
