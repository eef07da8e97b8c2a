/** The command `wixt`, run from its sources. */
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { inPackage } from '../../src/host/build/root';

export interface Ended {
  code: number;
  out: string;
  err: string;
}

export interface Where {
  /** Relative paths of the person are those of this folder. */
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** What comes from standard input; it is closed at once without. */
  input?: string;
}

/** Runs a command line to its end. */
export function wixt(line: string[], { cwd = inPackage(), env = process.env, input = '' }: Where = {}): Promise<Ended> {
  const load = pathToFileURL(inPackage('node_modules/tsx/dist/loader.mjs')).href;
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--import', load, inPackage('src/host/cli.ts'), ...line], { cwd, env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
    child.stdin!.end(input);
  });
}
