import type { Command } from 'commander';

/** `wixt new`: a project of one's own. */
export function register(program: Command): void {
  program
    .command('new')
    .description('start a project of your own: a program, its settings, and how to build it')
    .argument('<name>', 'folder of the project, which is made')
    .option('--board <name>', 'the board that it is for', 'esp8266-4mb')
    .addHelpText('after', '\nExample:\n  wixt new thermometer --board esp8266-4mb')
    .action(async (name: string, options: { board: string }) => {
      const { readBoard } = await import('../build/boards');
      const { createProject } = await import('../build/scaffold');
      const files = createProject(name, await readBoard(options.board));
      console.log(`${name}: ${files.join(', ')}\nnext: cd ${name} && npm install && npm run build`);
    });
}
