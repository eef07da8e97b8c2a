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
      const sum = (some: typeof files) => some.reduce((bytes, file) => bytes + file.bytes, 0);
      for (const { path, bytes, gzip } of files.filter(({ module }) => !module)) console.log(`${showPath(path)}  ${bytes} bytes, ${gzip} with gzip`);
      const overlays = files.filter(({ module }) => module);
      if (overlays.length) console.log(`${showPath(overlays[0].path)} and so on  ${overlays.length} overlays of the boot script, ${sum(overlays)} bytes`);
      if (!board.storage) return;
      // A boot script needs the library beside it as little as that needs the script, but the modules that were taken out of it.
      const isBoot = ({ path, module }: (typeof files)[0]) => path.endsWith('boot.min.js') || module !== undefined;
      const [modules, boot] = [sum(files.filter((file) => !isBoot(file))), sum(files.filter(isBoot))];
      console.log(`${modules} of ${board.storage} bytes of storage${boot ? `, as a boot script ${boot}` : ''}`);
      const least = Math.min(modules, boot || modules);
      const own = `{ name: 'mine', base: '${board.name}', features: { discover: false } }`;
      if (least > board.storage)
        console.error(`wixt: ${least - board.storage} bytes too many for ${board.name}: switch off what you do not need in boards/mine/board.ts (export default ${own}), or take a board with more storage`);
    });
}
