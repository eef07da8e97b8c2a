// Makes the pictures of README and, after npm run docs, of the manual: npm run shots [-- manual]. Needs curl and Chromium (CHROMIUM, or /usr/bin/chromium).
import { register } from 'tsx/esm/api';

register();
await import('./shots/main.ts');
