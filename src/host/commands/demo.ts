import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('demo')
    .description('not there yet')
    .action(() => {
      throw Object.assign(new Error(), { lines: ['demo is not there yet'] });
    });
}
