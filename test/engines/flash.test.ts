/** `wixt flash` and `wixt provision` as a person runs them, with a real Espruino at a pseudo-terminal. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { startLive } from '../support/live';
import { skip } from '../support/skip';
import { startBoard } from './support/board';

interface Ended {
  code: number;
  out: string;
  err: string;
}

function wixt(line: string[], cwd = inPackage()): Promise<Ended> {
  const load = pathToFileURL(inPackage('node_modules/tsx/dist/loader.mjs')).href;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', load, inPackage('src/host/cli.ts'), ...line], { cwd }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

const app = (server: string, more = '') => `import { connect } from 'wixt';
import { configure } from 'wixt/config';
import { sensor, Temperature } from 'wixt/objects';
connect(configure({ endpoint: 'factory', server: '${server}', lifetime: 300, objects: [sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20 } })] }));
${more}`;

test.serial('flashes a program, which registers, also after the power was away', async (t) => {
  t.timeout(180000);
  const board = await startBoard();
  if (typeof board === 'string') return skip(t, board);
  const live = await startLive();
  try {
    const file = join(board.folder, 'app.ts');
    writeFileSync(file, app(live.uri));
    const flashed = await wixt(['flash', '--board', 'linux-espruino', '--port', board.port, '--app', file], board.folder);
    t.log(flashed.out);
    t.is(flashed.err, '');
    t.is(flashed.code, 0);
    t.regex(flashed.out, /^LINUX, Espruino 2v\S+, 2500 variables$/m);
    t.regex(flashed.out, /^\.bootcde: \d+ bytes, read back and right$/m);
    await live.registered('factory');
    await board.restart();
    await live.registered('factory', 2);
  } finally {
    await board.stop();
    await live.server.stop();
  }
});
