// Measures everything that size.json has, and writes README's tables anew: npm run measure [-- --budgets] [--tables]
import { register } from 'tsx/esm/api';

register();
await import('./measure/main.ts');
