import type { Command } from 'commander';

/** `wixt build`: the library of a board, and a program. */
export function register(program: Command): void {
  program
    .command('build')
    .description('build the library for a board, and your program')
    .requiredOption('--board <name>', 'a board of wixt, or the folder of your board file')
    .option('--app <file>', 'your program in TypeScript (default: app.ts or src/app.ts here, else the program of the board)')
    .option('--out <folder>', 'folder to write to (default: dist/BOARD)')
    .addHelpText('after', '\nExample:\n  wixt build --board esp8266 --app app.ts')
    .action(async (options: { board: string; app?: string; out?: string }) => {
      const { buildBoard } = await import('../build/build');
      const { showPath } = await import('../build/root');
      const { board, files } = await buildBoard(options);
      const sum = (some: typeof files) => some.reduce((bytes, file) => bytes + file.bytes, 0);
      for (const { path, bytes, gzip } of files.filter(({ module, required }) => !module || required)) console.log(`${showPath(path)}  ${bytes} bytes, ${gzip} with gzip`);
      const overlays = files.filter(({ module, required }) => module && !required);
      if (overlays.length) console.log(`${showPath(overlays[0].path)} and so on  ${overlays.length} overlays of the boot script, ${sum(overlays)} bytes`);
      if (!board.storage) return;
      // A boot script contains the library. What it needs beside itself are its overlays and modules.
      const boot = files.filter(({ stored }) => stored);
      const needed = boot.length ? boot.reduce((bytes, { stored }) => bytes + stored!, 0) : sum(files);
      console.log(`${needed} of ${board.storage} bytes of storage${boot.length ? `: boot script${overlays.length ? ' and overlays' : ''} as tokens, as wixt flash writes them` : ''}`);
      const own = `{ name: 'mine', base: '${board.name}', features: { discover: false } }`;
      if (needed > board.storage)
        console.error(`wixt: ${needed - board.storage} bytes too many for ${board.name}: switch off what you do not need in boards/mine/board.ts (export default ${own}), or take a board with more storage`);
    });
}
