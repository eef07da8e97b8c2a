// Lives on a lossy network, in virtual time and over real sockets: npm run loss -- --seeds 300 --seconds 25
import { register } from 'tsx/esm/api';

register();
await import('./loss/main.ts');
