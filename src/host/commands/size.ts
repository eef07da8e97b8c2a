import type { Command } from 'commander';

/** `wixt size`: where the bytes of a board's bundle are. */
export function register(program: Command): void {
  program
    .command('size')
    .description("show the size of a board's bundle, and which source files the bytes come from")
    .option('--board <name...>', 'boards of wixt, or folders of your own board files (default: all of wixt, in short)')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  wixt size --board esp8266')
    .action(async (options: { board?: string[]; json?: boolean }) => {
      const { describeSizes } = await import('../build/sizes');
      console.log(await describeSizes(options.board, !!options.json));
    });
}
