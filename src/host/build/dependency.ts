/** Finds where the running package was installed from, so that a project can ask npm for the same. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { inPackage } from './root';

/**
 * The dependency as another package.json names it: the version for a registry; file:PATH for a clone, or for a folder or tarball of this computer;
 * npm's own notation for git or another address.
 */
export function findDependency(home = inPackage()): string {
  const { name, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { name: string; version: string };
  const modules = dirname(home);
  if (basename(modules) !== 'node_modules') return `file:${home}`;
  // npm's record of the installation.
  const record = join(modules, '.package-lock.json');
  const { resolved } = (existsSync(record) && JSON.parse(readFileSync(record, 'utf8')).packages?.[`node_modules/${name}`]) || {};
  if (typeof resolved !== 'string') return version;
  if (resolved.startsWith('file:')) return `file:${resolve(modules, '..', resolved.slice(5))}`;
  // A registry's tarballs are named after the version, below /-/.
  return resolved.includes('/-/') ? version : resolved;
}
