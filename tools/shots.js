// Makes the pictures of README: npm run shots. Needs curl and Chromium (CHROMIUM, or /usr/bin/chromium).
import { register } from 'tsx/esm/api';

register();
await import('./shots/main.ts');
