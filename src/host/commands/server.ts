import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('server')
    .description('not there yet')
    .action(() => {
      throw Object.assign(new Error(), { lines: ['server is not there yet'] });
    });
}
