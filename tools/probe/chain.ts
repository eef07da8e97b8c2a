/** One module of TypeScript through the chain that device code goes through. */
import { rollup } from 'rollup';
import { minify } from 'terser';
import ts from 'typescript';
import { outputOptions } from '../../src/host/build/bundle';
import { checkProgram, formatFinding } from '../../src/host/build/gate/index';
import { NUMBERS, terserOptions } from '../../src/host/build/minify';
import { assignNames, countProperties } from '../../src/host/build/names';

export interface Chained {
  /** ES5 as the compiler leaves it, a CommonJS module. */
  plain: string;
  /** What would go to the device. */
  small: string;
  /** What the gate says, a line each. */
  findings: string[];
}

const COMPILER: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES5,
  module: ts.ModuleKind.ESNext,
  ignoreDeprecations: '5.0',
  strict: true,
};

/** Rules about engines that are not the one that is probed. */
const OTHER_ENGINES = ['late-read'];

export async function chainModule(source: string): Promise<Chained> {
  const compiled = ts.transpileModule(source, { compilerOptions: COMPILER }).outputText;
  const plugin = { name: 'probe', resolveId: (id: string) => id, load: () => ({ code: compiled, map: null }) };
  const bundle = await rollup({ input: 'program', plugins: [plugin], onLog: () => {} });
  const { output } = await bundle.generate({ ...outputOptions('.'), sourcemap: false });
  await bundle.close();
  const plain = output[0].code;
  const { code } = await minify(plain, NUMBERS);
  const small = (await minify(code!, terserOptions(assignNames(countProperties(plain), {})))).code!;
  const findings = checkProgram(small).filter(({ rule }) => !OTHER_ENGINES.includes(rule));
  return { plain, small, findings: findings.map((finding) => formatFinding(finding, small, 'program')) };
}
