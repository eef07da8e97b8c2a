// How often each function of the core is called in ordinary life: node tools/calls.js [--check]; brings calls.json up to date
import { register } from 'tsx/esm/api';

register();
await import('./calls/main.ts');
