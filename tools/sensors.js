// What each driver costs, alone: node tools/sensors.js
import { register } from 'tsx/esm/api';

register();
await import('./sensors/main.ts');
