// Measures everything that size.json has, and writes the tables of the manual (docs/) anew: npm run measure [-- --budgets] [--tables]
import { register } from 'tsx/esm/api';

register();
await import('./measure/main.ts');
