/** The package as npm installs it: only what `files` of package.json lists, in node_modules, built from a project of somebody else. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { inPackage } from '../../../src/host/build/root';
import { skip } from '../../support/skip';
import { makeProject } from './support/project';

test('a project with wixt in node_modules builds for a board', (t) => {
  if (!existsSync(inPackage('dist', 'lib', 'cli.js'))) return skip(t, 'there is no dist: npm run build');
  const { folder } = makeProject(t);
  const home = join(folder, 'project');
  const modules = join(home, 'node_modules');
  mkdirSync(join(modules, 'wixt'), { recursive: true });
  const { files } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { files: string[] };
  for (const file of ['package.json', ...files]) if (existsSync(inPackage(file))) cpSync(inPackage(file), join(modules, 'wixt', file), { recursive: true });
  for (const name of readdirSync(inPackage('node_modules'))) symlinkSync(inPackage('node_modules', name), join(modules, name));
  writeFileSync(join(home, 'app.ts'), "import { connect } from 'wixt';\nconnect({ endpoint: 'x', server: 'coap://192.0.2.1', objects: [] });\n");
  const run = (...line: string[]) => execFileSync(process.execPath, [join(modules, 'wixt/bin/wixt.js'), ...line], { cwd: home, encoding: 'utf8', stdio: 'pipe' });
  t.regex(run('build', '--board', 'esp8266', '--app', 'app.ts'), /^dist\/esp8266\/wixt\.min\.js /);
  t.regex(readFileSync(join(home, 'dist/esp8266/app.min.js'), 'utf8'), /^require\("wixt"\)\.connect\(\{/);
  t.regex(run('build', '--board', 'host', '--app', 'app.ts'), /^dist\/host\/wixt\.min\.js /);
  t.regex(run('size'), /^esp8266: \d+ bytes minified/);
});
