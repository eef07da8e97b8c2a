// `npm run interop`: our device and our server against Leshan and other peers, which are fetched from package registries by name.
import { register } from 'tsx/esm/api';

register();
await import(new URL('../test/interop/main.ts', import.meta.url).href);
