/**
 * node tools/docs.js           builds the site: generated pages, API by TypeDoc, VitePress; a dead link is an error
 * node tools/docs.js generate  writes what comes from the sources into the pages
 * node tools/docs.js check     writes nothing; an error when a page is out of date
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DOCS, findStale } from './generate';

function run(command: string, line: string[]): void {
  const { status } = spawnSync(command, line, { cwd: DOCS, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status) process.exit(status ?? 1);
}

/** The generators are installed apart from the package, by docs/package-lock.json. */
function install(): void {
  const wanted = readFileSync(join(DOCS, 'package-lock.json'), 'utf8');
  const stamp = join(DOCS, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

const [what = 'build'] = process.argv.slice(2);
if (!['build', 'generate', 'check'].includes(what)) {
  console.error(`no such word: ${what}; there are build, generate, check`);
  process.exit(2);
}
const stale = await findStale();
for (const [page, text] of stale) {
  console.log(`${what === 'check' ? 'out of date' : 'written'}: docs/${page}`);
  if (what === 'check') continue;
  mkdirSync(dirname(join(DOCS, page)), { recursive: true });
  writeFileSync(join(DOCS, page), text);
}
if (what === 'check' && stale.size) {
  console.error('npm run docs:generate writes them');
  process.exit(1);
}
if (what === 'build') {
  install();
  run('npx', ['--no-install', 'typedoc']);
  run('npx', ['--no-install', 'vitepress', 'build', '.']);
  console.log('the manual is in docs/.vitepress/dist');
}
