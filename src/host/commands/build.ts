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
      // A boot script needs the library beside it as little as that needs the script, but the modules that were taken out of it.
      const isBoot = ({ path, module }: (typeof files)[0]) => path.endsWith('boot.min.js') || module !== undefined;
      const sum = (some: typeof files) => some.reduce((bytes, file) => bytes + file.bytes, 0);
      const [modules, boot] = [sum(files.filter((file) => !isBoot(file))), sum(files.filter(isBoot))];
      console.log(`${modules} of ${board.storage} bytes of storage${boot ? `, as a boot script ${boot}` : ''}`);
      const least = Math.min(modules, boot || modules);
      if (least > board.storage) console.error(`wixt: ${least - board.storage} bytes too many for ${board.name}: switch off what you do not need in a board file of your own`);
    });
}
