// Bytes of every board's bundle against the budgets of size.json: node tools/size.js [--update [--budgets]] [--where NAME]
import { register } from 'tsx/esm/api';

register();
await import('./size/main.ts');
