/** The package as npm installs it: only what `files` of package.json lists, in node_modules, built from a project of somebody else. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { inPackage } from '../../../src/host/build/root';
import { startLive } from '../../support/live';
import { skip } from '../../support/skip';
import { makeProject } from './support/project';

const execute = promisify(execFile);

test('a project with wixt in node_modules builds for a board', async (t) => {
  if (!existsSync(inPackage('dist', 'lib', 'cli.js'))) return skip(t, 'there is no dist: npm run build');
  const { folder } = makeProject(t);
  const home = join(folder, 'project');
  const modules = join(home, 'node_modules');
  mkdirSync(join(modules, 'wixt'), { recursive: true });
  const { files } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { files: string[] };
  for (const file of ['package.json', ...files]) if (existsSync(inPackage(file))) cpSync(inPackage(file), join(modules, 'wixt', file), { recursive: true });
  for (const name of readdirSync(inPackage('node_modules'))) symlinkSync(inPackage('node_modules', name), join(modules, name));
  writeFileSync(join(home, 'app.ts'), "import { connect } from 'wixt';\nconnect({ endpoint: 'x', server: 'coap://192.0.2.1', objects: [] });\n");
  const run = async (...line: string[]) => (await execute(process.execPath, [join(modules, 'wixt/bin/wixt.js'), ...line], { cwd: home })).stdout;
  t.regex(await run('build', '--board', 'esp8266', '--app', 'app.ts'), /^dist\/esp8266\/wixt\.min\.js /);
  t.regex(readFileSync(join(home, 'dist/esp8266/app.min.js'), 'utf8'), /^require\("wixt"\)\.connect\(\{/);
  t.regex(await run('build', '--board', 'host', '--app', 'app.ts'), /^dist\/host\/wixt\.min\.js /);
  t.regex(await run('size', '--board', 'esp8266'), /^esp8266: \d+ bytes minified/);
});

test('the tarball of npm pack: wixt new starts a project that type-checks, builds, and whose device registers', async (t) => {
  if (!existsSync(inPackage('dist', 'lib', 'cli.js'))) return skip(t, 'there is no dist: npm run build');
  const { folder } = makeProject(t);
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout: packed } = await execute(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: inPackage() });
  const [{ filename, files }] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[];
  t.deepEqual(files.filter(({ path }) => /^test\/|\.test\.|^tools\//.test(path)), []);
  await execute('tar', ['-xzf', join(folder, filename), '-C', folder]);
  renameSync(join(folder, 'package'), join(modules, 'wixt'));
  // Its dependencies, as npm would install them; and none of the others.
  const { dependencies } = JSON.parse(readFileSync(join(modules, 'wixt', 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(inPackage('node_modules', name), join(modules, name));
  }
  const cli = join(modules, 'wixt/bin/wixt.js');
  const run = async (cwd: string, ...line: string[]) => (await execute(process.execPath, [cli, ...line], { cwd })).stdout;
  await run(folder, 'new', 'thermometer', '--board', 'linux-espruino');
  const home = join(folder, 'thermometer');
  symlinkSync(modules, join(home, 'node_modules'));
  await execute(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', home], { cwd: home });
  t.regex(await run(home, 'build', '--board', 'linux-espruino', '--app', 'app.ts'), /^dist\/linux-espruino\/boot\.min\.js /m);
  const live = await startLive();
  const child = spawn(process.execPath, [cli, 'sim', '--app', 'app.ts', '--server', live.uri, '--json'], { cwd: home, stdio: ['pipe', 'ignore', 'inherit'] });
  try {
    t.is((await live.registered('thermometer')).lifetime, 300);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
    await live.server.stop();
  }
});
