/** The package as npm installs it: the tarball of npm pack in node_modules, used from a project that `wixt new` has made. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { inPackage } from '../../../src/host/build/root';
import { startLive } from '../../support/live';
import { skip } from '../../support/skip';
import { makeProject } from './support/project';

const execute = promisify(execFile);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
}

/** Relative links and pictures of a Markdown file, without their anchors. */
function findLinks(text: string): string[] {
  const prose = text.replace(/```[^]*?```/g, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
    .map((match) => (match[1] ?? match[2])!.replace(/#.*$/, ''))
    .filter((link) => link && !/^[a-z]+:/.test(link));
}

test('the tarball of npm pack: a new project type-checks, builds, and its device registers; the server names the packages that it needs', async (t) => {
  if (!existsSync(inPackage('dist', 'lib', 'cli.js'))) return skip(t, 'there is no dist: npm run build');
  const { folder } = makeProject(t);
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const { stdout: packed } = await execute(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: inPackage() });
  const [{ filename, files }] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[];
  t.deepEqual(files.filter(({ path }) => /^test\/|\.test\.|^tools\//.test(path)), []);
  await execute('tar', ['-xzf', join(folder, filename), '-C', folder]);
  const home = join(modules, 'wixt');
  renameSync(join(folder, 'package'), home);

  // The tarball has the documents that its documents link.
  const broken = files
    .filter(({ path }) => /\.md$/.test(path))
    .flatMap(({ path }) => findLinks(readFileSync(join(home, path), 'utf8')).map((link) => [path, normalize(join(dirname(path), link))]))
    // docs/ has links that its generator resolves: npm run docs checks them.
    .filter(([path]) => !path!.startsWith('docs/'))
    .filter(([, target]) => !existsSync(join(home, target!)));
  t.deepEqual(broken, []);

  // The dependencies that npm would install, and no others.
  const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(inPackage('node_modules', name), join(modules, name));
  }
  symlinkSync('../wixt/bin/wixt.js', join(modules, '.bin', 'wixt'));
  const cli = join(home, 'bin/wixt.js');
  await execute(process.execPath, [cli, 'new', 'thermometer', '--board', 'esp8266-4mb'], { cwd: folder });
  const project = join(folder, 'thermometer');
  symlinkSync(modules, join(project, 'node_modules'));
  await execute(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', project], { cwd: project });
  const { stdout: built } = await execute(npm, ['run', '--silent', 'build'], { cwd: project });
  t.regex(built, /^dist\/esp8266-4mb\/wixt\.min\.js .*\n(.*\n)*dist\/esp8266-4mb\/boot\.min\.js /m);
  t.regex(readFileSync(join(project, 'dist/esp8266-4mb/app.min.js'), 'utf8'), /require\("wixt"\)/);

  const live = await startLive();
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const line = scripts.sim!.split(' ').slice(1).map((word) => (word === 'coap://127.0.0.1' ? live.uri : word));
  const child = spawn(process.execPath, [cli, ...line, '--json'], { cwd: project, stdio: ['pipe', 'ignore', 'inherit'] });
  try {
    t.is((await live.registered('thermometer')).lifetime, 300);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
    await live.server.stop();
  }

  const refused = await execute(process.execPath, [cli, 'server'], { cwd: project }).catch((error) => error);
  t.is(refused.code, 1);
  t.regex(refused.stderr, /^wixt: The server and its console need npm packages that a device project does not install: npm install --save-dev fastify@\S+ @fastify\/static@\S+ light-my-request@\S+ uplot@\S+\n$/);
});

test('what only the server needs is optional for a project, and installed in a clone', (t) => {
  const manifest = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as Manifest;
  for (const name of ['fastify', '@fastify/static', 'uplot']) {
    t.false(name in manifest.dependencies, name);
    t.true(manifest.peerDependenciesMeta[name]?.optional, name);
    t.true(name in manifest.devDependencies, name);
  }
});
