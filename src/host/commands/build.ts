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
      if (!board.storage) return;
      // What runs at boot as one script needs no modules beside it.
      const boot = files.find(({ path }) => path.endsWith('boot.min.js'));
      const modules = files.filter((file) => file !== boot).reduce((sum, { bytes }) => sum + bytes, 0);
      console.log(`${modules} of ${board.storage} bytes of storage${boot ? `, as one boot script ${boot.bytes}` : ''}`);
      const least = Math.min(modules, boot?.bytes ?? modules);
      if (least > board.storage) console.error(`wixt: ${least - board.storage} bytes too many for ${board.name}: switch off what you do not need in a board file of your own`);
    });
}
