// The thread of a run that is watched: it may hang.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
