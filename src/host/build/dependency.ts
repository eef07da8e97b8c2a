/** Where the package that runs was installed from, so that a project can ask npm for the same. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { inPackage } from './root';

/**
 * What a package.json of somebody else names as the dependency: the version where it came from a registry, file:PATH where it is a
 * clone, or came from a folder or tarball of this computer, and npm's own words where it came from git or another address.
 */
export function findDependency(home = inPackage()): string {
  const { name, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { name: string; version: string };
  const modules = dirname(home);
  if (basename(modules) !== 'node_modules') return `file:${home}`;
  // What npm wrote down when it installed it.
  const record = join(modules, '.package-lock.json');
  const { resolved } = (existsSync(record) && JSON.parse(readFileSync(record, 'utf8')).packages?.[`node_modules/${name}`]) || {};
  if (typeof resolved !== 'string') return version;
  if (resolved.startsWith('file:')) return `file:${resolve(modules, '..', resolved.slice(5))}`;
  // A registry's tarballs are called after the version, below /-/.
  return resolved.includes('/-/') ? version : resolved;
}
