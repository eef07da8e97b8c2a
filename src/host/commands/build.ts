import type { Command } from 'commander';

/** `wixt build`: the bundle of a board, and a person's program beside it. */
export function register(program: Command): void {
  program
    .command('build')
    .description('build the client for a board, and your program beside it')
    .requiredOption('--board <name>', 'a board of wixt, or the folder of your own board file')
    .option('--app <file>', 'your program in TypeScript (default: app.ts or src/app.ts here, else the simulated device)')
    .option('--out <folder>', 'where the files go (default: dist/BOARD)')
    .addHelpText('after', '\nExample:\n  wixt build --board esp8266 --app app.ts')
    .action(async (options: { board: string; app?: string; out?: string }) => {
      const { buildBoard } = await import('../build/build');
      const { showPath } = await import('../build/root');
      const { board, files } = await buildBoard(options);
      for (const { path, bytes, gzip } of files) console.log(`${showPath(path)}  ${bytes} bytes, ${gzip} with gzip`);
      const total = files.reduce((sum, file) => sum + file.bytes, 0);
      if (board.storage) console.log(`${total} of ${board.storage} bytes of storage`);
      if (board.storage && total > board.storage) console.error(`wixt: ${total - board.storage} bytes too many for ${board.name}`);
    });
}
