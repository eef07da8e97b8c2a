// Who imports whom, and what runs when a module loads: node tools/imports.js
import { register } from 'tsx/esm/api';

register();
await import('./imports/main.ts');
