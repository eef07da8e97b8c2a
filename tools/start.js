// The server, the console and a simulated board: npm start [-- OPTIONS OF wixt demo]
import { register } from 'tsx/esm/api';

register();
await import('./start/main.ts');
