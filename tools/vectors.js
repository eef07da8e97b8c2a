// Test vectors against the bundle: npm run vectors -- FILE…
import { register } from 'tsx/esm/api';

register();
await import('./vectors/main.ts');
