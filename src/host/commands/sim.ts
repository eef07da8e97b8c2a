import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('sim')
    .description('not there yet')
    .action(() => {
      throw Object.assign(new Error(), { lines: ['sim is not there yet'] });
    });
}
