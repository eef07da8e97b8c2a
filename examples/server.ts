/** The server of betwixt, line by line: `npx tsx examples/server.ts`. The console is at port 8081; devices find it at 5683. */
import * as betwixt from 'wixt/compat';
import { newDefaultServer } from 'wixt/compat/server';

function main(): void {
  const s = newDefaultServer('8081');

  const registry = betwixt.newDefaultObjectRegistry();

  s.useRegistry(registry);

  s.start();
}

main();
