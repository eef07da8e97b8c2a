import type { Command } from 'commander';

/** `wixt new`: starts a project. */
export function register(program: Command): void {
  program
    .command('new')
    .description('start a project: a program, its build settings, tasks for the editor')
    .argument('<name>', 'folder to create for the project')
    .option('--board <name>', 'the board to build for', 'esp8266-4mb')
    .addHelpText('after', '\nExample:\n  wixt new thermometer --board esp8266-4mb')
    .action(async (name: string, options: { board: string }) => {
      const { readBoard } = await import('../build/boards');
      const { createProject } = await import('../build/scaffold');
      const { writeDeclarations } = await import('../build/package');
      const files = createProject(name, await readBoard(options.board));
      writeDeclarations(() => console.log('Writing the types that editors need (dist/types of wixt) ...'));
      console.log(`Created ${name}: ${files.join(', ')}

Next:
  cd ${name} && npm install
  npm run sim                    run it on this computer; wixt server starts a server for it
  npm run build                  build it for ${options.board}
  npm run flash -- --port PORT   put it on the board`);
    });
}
