/** The output of `wixt` without an argument: possible next steps in the current folder. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { showPath } from '../build/root';

/** A command line without the program's name, and what it does. */
type Step = [command: string, does: string];

const ANYWHERE: Step[] = [
  ['demo', 'start a server, its console and a simulated board; open the printed address'],
  ['new thermometer', 'start a project: a program for a board, ready to simulate, build and flash'],
  ['sim --server coap://HOST', 'register a simulated board with any LwM2M server'],
];

/** The board that a project builds for, and its program; undefined if the folder holds no project. */
function readProject(folder: string): { board: string; app: string; sim: string } | undefined {
  const app = ['app.ts', 'src/app.ts'].find((name) => existsSync(join(folder, name)));
  if (!app) return undefined;
  try {
    const { dependencies, devDependencies, scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!dependencies?.wixt && !devDependencies?.wixt) return undefined;
    const [, board] = /--board (\S+)/.exec(scripts?.build ?? '') ?? [];
    const [, simulated] = /--board (\S+)/.exec(scripts?.sim ?? '') ?? [];
    return { board: board ?? 'NAME', app, sim: simulated ?? 'host' };
  } catch {
    return undefined;
  }
}

/** How the user calls this program: from a project's package, as an installed program, or from a clone. */
function programName(inProject: boolean): string {
  const [, file = ''] = process.argv;
  if (inProject || (basename(file) === 'wixt' && process.env.npm_command === 'exec')) return 'npx wixt';
  return basename(file) === 'wixt' ? 'wixt' : `node ${showPath(file)}`;
}

/** Lines that describe possible next steps in a folder. */
export function describeNext(folder: string): string[] {
  const project = readProject(folder);
  const steps: Step[] = project
    ? [
        ['server', 'start an LwM2M server with a console on this computer'],
        [`sim --board ${project.sim} --app ${project.app} --server coap://127.0.0.1`, 'run the program here, registered with that server'],
        [`build --board ${project.board} --app ${project.app}`, 'build it for the board'],
        [`flash --board ${project.board} --app ${project.app} --port PORT`, 'put it on the board'],
      ]
    : ANYWHERE;
  const name = programName(!!project);
  const lines = steps.map(([command, does]) => `  ${name} ${command}\n      ${does}`);
  return [project ? 'What you can do in this project:' : 'What you can do next:', ...lines];
}
