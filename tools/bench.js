// `npm run bench [-- --smoke]`: our codecs and engine beside the npm packages that do the same work, in one run.
import { register } from 'tsx/esm/api';

register();
await import(new URL('./bench/run.ts', import.meta.url).href);
