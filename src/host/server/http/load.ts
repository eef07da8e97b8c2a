/** Loads the HTTP side. Its npm packages are optional peers: a device project does not install them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inPackage } from '../../build/root';
import { Problem } from '../../problem';
import type { HttpSide } from './http';

/** light-my-request belongs to Fastify. Newer versions need Node 22, so the version is fixed. */
const PACKAGES = ['fastify', '@fastify/static', 'light-my-request', 'uplot'];

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Returns the class of the HTTP side. Throws a Problem with the command that installs what is missing. */
export async function loadHttp(isThere = isInstalled): Promise<typeof HttpSide> {
  if (!['fastify', '@fastify/static', 'uplot'].every(isThere)) {
    // The versions that the tests run with.
    const { devDependencies } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    const list = PACKAGES.map((name) => `${name}@${devDependencies[name]}`).join(' ');
    throw new Problem(`The server and its console need npm packages that a device project does not install: npm install --save-dev ${list}`);
  }
  return (await import('./http')).HttpSide;
}
