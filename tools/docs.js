// The manual: npm run docs builds it into docs/.vitepress/dist; npm run docs:generate writes the pages that come from the sources.
import { register } from 'tsx/esm/api';

register();
await import('./docs/main.ts');
