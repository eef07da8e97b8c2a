import type { Command } from 'commander';

/** `wixt size`: which source files the bytes of a board's library come from. */
export function register(program: Command): void {
  program
    .command('size')
    .description("show the size of a board's library, and which source files the bytes come from")
    .option('--board <name...>', 'boards of wixt, or folders of your board files (default: a summary of all boards)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  wixt size --board esp8266')
    .action(async (options: { board?: string[]; json?: boolean }) => {
      const { describeSizes } = await import('../build/sizes');
      console.log(await describeSizes(options.board, !!options.json));
    });
}
