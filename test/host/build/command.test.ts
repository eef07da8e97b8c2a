/** The command line as people meet it: what it says, and what it ends with. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { listBoards, readBoard } from '../../../src/host/build/boards';
import { buildBoard } from '../../../src/host/build/build';
import { findDependency } from '../../../src/host/build/dependency';
import { inPackage } from '../../../src/host/build/root';
import { createProject } from '../../../src/host/build/scaffold';
import { wixt } from '../../support/command';
import { makeProject } from './support/project';

test('without a command it says what can be done next', async (t) => {
  const { out } = await wixt([]);
  t.regex(out, /^What you can do next:\n {2}\S.* demo\n {6}start a server, its console and a simulated board; open the printed address\n {2}\S.* new thermometer\n/);
});

test('without a command, and with --help, it lists the commands', async (t) => {
  for (const line of [[], ['--help']]) {
    const { code, out, err } = await wixt(line);
    t.is(code, 0);
    t.is(err, '');
    for (const name of ['demo', 'sim', 'server', 'build', 'flash', 'provision', 'size', 'objects', 'new']) t.regex(out, new RegExp(`^  ${name}\\b`, 'm'));
  }
});

test('every command explains itself', async (t) => {
  for (const name of ['demo', 'sim', 'server', 'build', 'flash', 'provision', 'size', 'objects', 'new']) {
    const { code, out } = await wixt([name, '--help']);
    t.is(code, 0, name);
    t.regex(out, new RegExp(`^Usage: wixt ${name}`), name);
  }
});

test('what it does not understand is one sentence and exit code 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [['buidl'], /^wixt: unknown command 'buidl' \(Did you mean build\?\); see wixt --help\n$/],
    [['build', '--bord', 'x', '--board', 'host'], /^wixt: unknown option '--bord'.*; see wixt --help\n$/],
    [['build'], /^wixt: required option '--board <name>' not specified; see wixt --help\n$/],
    [['build', '--board', 'nonesuch'], /^wixt: unknown board nonesuch; there are .*\n$/],
    [['build', '--board', 'host', '--app', 'nonesuch.ts'], /^wixt: --app nonesuch\.ts: there is no such file\n$/],
    [['build', '--board', 'host', '--app', 'package.json'], /^wixt: --app package\.json: the program must be a TypeScript file \(\.ts\)\n$/],
    [['flash', '--board', 'esp8266'], /^wixt: --port: where is the board\? For instance \S+; (there are .*|this computer sees no board|install the npm package .*)\n$/],
    [['flash', '--board', 'esp8266', '--port', 'x', '--baud', 'fast'], /^wixt: option '--baud <number>' argument 'fast' is invalid\. A speed is .*\n$/],
    [['provision'], /^wixt: --port: where is the board\? For instance \S+; (there are .*|this computer sees no board|install the npm package .*)\n$/],
    [['provision', '--key', '00', '--identity', 'me'], /^wixt: warning: a key on the command line is visible in the process list .*WIXT_KEY in the environment\nwixt: --port: where is the board\?.*\n$/],
    [['provision', '--port', 'x', '--endpoint', 'my board'], /^wixt: --endpoint: a name has 1 to 64 characters .*\n$/],
    [['provision', '--port', 'x', '--server', 'coaps://x'], /^wixt: --server coaps:\/\/x: .* there is no DTLS yet\n$/],
    [['provision', '--port', 'x', '--server', 'coap://x:99999'], /^wixt: --server coap:\/\/x:99999: this is not the URI of a server.*\n$/],
    [['provision', '--port', 'x', '--clear', '--endpoint', 'a'], /^wixt: --clear removes all settings: leave out the others\n$/],
    [['provision', '--port', 'x', '--key', 'abc'], /^wixt: --key: a key has 1 to 64 bytes, each as two hexadecimal digits\n$/],
    [['provision', '--port', 'x', '--key', '-'], /^wixt: --key: a key has 1 to 64 bytes.*\n$/],
    [['provision', '--port', 'x', '--identity', 'a b'], /^wixt: --identity: it has 1 to 128 characters .*\n$/],
    [['new'], /^wixt: missing required argument 'name'; see wixt --help\n$/],
    [['new', 'No Name'], /^wixt: No Name cannot be the name of a project: .*\n$/],
    [['new', 'wixt'], /^wixt: wixt cannot be the name of a project: the project depends on the package wixt\n$/],
    [['new', 'node_modules'], /^wixt: node_modules cannot be the name of a project: npm reserves that name\n$/],
    [['new', 'http'], /^wixt: http cannot be the name of a project: a module of Node has that name\n$/],
    [['new', '.hidden'], /^wixt: \.hidden cannot be the name of a project: .*\n$/],
    [['new', 'a'.repeat(65)], /^wixt: a+ cannot be the name of a project: it has more than 64 characters\n$/],
  ];
  for (const [line, expected] of cases) {
    const { code, err, out } = await wixt(line);
    t.is(code, 2, line.join(' '));
    t.regex(err, expected);
    t.is(out, '');
  }
});

test('a key comes from standard input or the environment, without a word on the command line', async (t) => {
  const line = ['provision', '--identity', 'me'];
  const asked = /^wixt: --port: where is the board\?.*\n$/;
  t.regex((await wixt([...line, '--key', '-'], { input: '00ff\n' })).err, asked);
  t.regex((await wixt(line, { env: { ...process.env, WIXT_KEY: '00ff' } })).err, asked);
  t.regex((await wixt(line, { env: { ...process.env, WIXT_KEY: 'secret' } })).err, /^wixt: --key: a key has 1 to 64 bytes[^\n]*\n$/);
});

test('build writes the bundles, says what they weigh, and fails with 1 and the reasons', async (t) => {
  const project = makeProject(t);
  // Of an earlier build, which had more overlays; and what is the person's own.
  project.write('dist/toy/wixt17.js', '');
  project.write('dist/toy/wixt.notes.js', '');
  const good = await wixt(['build', '--board', './toy'], { cwd: project.folder });
  t.is(good.code, 0, good.err);
  t.false(existsSync(join(project.folder, 'dist/toy/wixt17.js')), 'an overlay that is none any more');
  t.true(existsSync(join(project.folder, 'dist/toy/wixt.notes.js')));
  for (const name of ['wixt', 'app']) t.regex(good.out, new RegExp(`^dist/toy/${name}\\.min\\.js  \\d+ bytes, \\d+ with gzip$`, 'm'));
  t.regex(good.out, /^\d+ of 8192 bytes of storage/m);
  t.true(existsSync(join(project.folder, 'dist/toy/package.json')));
  project.write('app.ts', "import { greet } from 'wixt';\nprint(greet(1));\n");
  const bad = await wixt(['build', '--board', './toy'], { cwd: project.folder });
  t.is(bad.code, 1);
  t.regex(bad.err, /^wixt: app\.ts:2:13: Argument of type 'number' is not assignable.* \(TS2345\)\n$/);
});

test('size shows where the bytes are', async (t) => {
  const project = makeProject(t);
  const text = await wixt(['size', '--board', './toy'], { cwd: project.folder });
  t.is(text.code, 0, text.err);
  t.regex(text.out, /^toy: \d+ bytes minified, \d+ with gzip, .* of 8192 bytes of storage\n +bytes +JsVars of its functions, as a module\n +\d+ +[\d.]+ % +7 +.*main\.ts\n/);
  t.regex(text.out, /\n +\d+ +7 {2}in all\n$/);
  const json = await wixt(['size', '--json', '--board', './toy'], { cwd: project.folder });
  t.is(JSON.parse(json.out)[0].board, 'toy');
});

test('new makes a project whose files are right, and never overwrites one', async (t) => {
  const { folder } = makeProject(t);
  const made = await wixt(['new', 'thermometer', '--board', 'esp8266'], { cwd: folder });
  t.is(made.code, 0, made.err);
  const read = (name: string) => readFileSync(join(folder, 'thermometer', name), 'utf8');
  const { scripts } = JSON.parse(read('package.json'));
  t.is(scripts.build, 'wixt build --board esp8266 --app app.ts');
  t.is(scripts.sim, 'wixt sim --board esp8266 --app app.ts --server coap://127.0.0.1');
  t.is(scripts.flash, 'wixt flash --board esp8266 --app app.ts');
  for (const { command } of JSON.parse(read('.vscode/tasks.json')).tasks) t.true(/^npm run (\w+)/.exec(command)![1]! in scripts, command);
  t.regex(read('README.md'), /\| `npm run sim` \|/);
  const next = await wixt([], { cwd: join(folder, 'thermometer') });
  t.regex(next.out, /^What you can do in this project:\n {2}npx wixt server\n.*\n {2}npx wixt sim --board esp8266 --app app\.ts --server coap:\/\/127\.0\.0\.1\n/);
  t.is(JSON.parse(read('package.json')).dependencies.wixt, `file:${inPackage()}`);
  t.regex(read('app.ts'), /endpoint: 'thermometer'/);
  const { config } = ts.readConfigFile(join(folder, 'thermometer/tsconfig.json'), ts.sys.readFile);
  t.is(config.compilerOptions.lib[0], 'es5');
  t.regex(read('app.ts'), /device\(\{ \[Device\.MANUFACTURER\].*onReboot: \(\) => E\.reboot\(\)/, 'object 3 is mandatory');
  t.regex(read('app.ts'), /objects: \[self, temperature\]/);
  const again = await wixt(['new', 'thermometer'], { cwd: folder });
  t.is(again.code, 1);
  t.is(again.err, 'wixt: thermometer exists and is not empty: choose another name\n');
  const built = await wixt(['build', '--board', 'esp8266', '--app', 'app.ts'], { cwd: join(folder, 'thermometer') });
  t.is(built.code, 0, built.err);
  t.regex(built.out, /^dist\/esp8266\/wixt0\.js and so on  \d+ overlays of the boot script, \d+ bytes$/m);
  t.regex(built.err, /^wixt: \d+ bytes too many for esp8266: switch off what you do not need in boards\/mine\/board\.ts .*, or take a board with more storage\n$/);
});

test('sim builds the library of a board that has none yet, and says so', async (t) => {
  const { folder, write } = makeProject(t);
  write('boards/mine/board.ts', "export default { name: 'mine', base: 'host' };\n");
  write('app.ts', "import { connect } from 'wixt';\nconnect({ endpoint: 'x', server: 'coap://127.0.0.1:1', objects: [] });\n");
  const { err, out } = await wixt(['sim', '--board', 'mine', '--app', 'app.ts', '--json'], { cwd: folder });
  t.regex(err, /^Building the library for mine into dist\/mine \.\.\.\n/);
  t.true(existsSync(join(folder, 'dist/mine/wixt.min.js')));
  t.like(JSON.parse(out.split('\n')[0]!), { event: 'started', board: 'mine' });
});

test('what new writes can be built for every board', async (t) => {
  const { folder } = makeProject(t);
  for (const board of listBoards()) {
    createProject(join(folder, board), await readBoard(board));
    await t.notThrowsAsync(buildBoard({ board, app: join(folder, board, 'app.ts'), out: join(folder, 'out', board) }), board);
  }
});

test('a project depends on the wixt that made it, wherever npm took that from', (t) => {
  const { folder, write } = makeProject(t);
  const home = join(folder, 'cache/node_modules/wixt');
  write('cache/node_modules/wixt/package.json', '{"name":"wixt","version":"1.2.3"}');
  t.is(findDependency(home), '1.2.3');
  const resolved: [string, string][] = [
    ['https://registry.example/wixt/-/wixt-1.2.3.tgz', '1.2.3'],
    ['file:../wixt-1.2.3.tgz', `file:${join(folder, 'wixt-1.2.3.tgz')}`],
    ['git+ssh://git@git.example/wixt.git#0123', 'git+ssh://git@git.example/wixt.git#0123'],
  ];
  for (const [from, dependency] of resolved) {
    write('cache/node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/wixt': { resolved: from } } }));
    t.is(findDependency(home), dependency);
  }
});
