// Fuzzing of every decoder, the whole client and the whole server: npm run fuzz -- --seconds 30
import { register } from 'tsx/esm/api';

register();
await import('./fuzz/main.ts');
