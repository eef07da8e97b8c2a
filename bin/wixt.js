#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/lib/cli.js', import.meta.url);
const clone = new URL('../tools/start.js', import.meta.url);
if (existsSync(built)) await import(built.href);
else if (existsSync(clone) && existsSync(new URL('../node_modules/tsx/package.json', import.meta.url))) {
  // A clone that is not built yet runs from its sources.
  (await import('tsx/esm/api')).register();
  await import(new URL('../src/host/cli.ts', import.meta.url).href);
} else {
  console.error('wixt: wixt is not built, and its tools are not installed: run npm ci in its folder');
  process.exitCode = 1;
}
