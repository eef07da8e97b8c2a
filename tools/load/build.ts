/** Our side of the load generator as it is installed: one script without types, the dependencies beside it. tsx would add a call to each function. */
import { rollup } from 'rollup';
import { compilePlugins } from '../../src/host/build/compile';
import { inPackage } from '../../src/host/build/root';

/** Returns the script. */
export async function buildServer(): Promise<string> {
  const input = inPackage('tools', 'load', 'wixt.ts');
  const plugins = compilePlugins({ files: [input], types: ['@types/node'], target: 'es2022', rules: 'package', unchecked: true });
  const bundle = await rollup({ input, external: (id) => !/^([./]|[A-Za-z]:[\\/])/.test(id), plugins });
  const file = inPackage('.cache', 'load', 'wixt.js');
  await bundle.write({ file, format: 'es', inlineDynamicImports: true, sourcemap: true });
  await bundle.close();
  return file;
}
