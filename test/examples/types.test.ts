/** The programs as a person's project has them, against the declarations that the package ships (dist/types): each compiles, strictly. */
import test from 'ava';
import ts from 'typescript';
import { inPackage } from '../../src/host/build/root';
import { EXAMPLES, NONE } from '../support/examples';

const types = (...path: string[]) => [inPackage('dist', 'types', ...path)];

test('every program that Node has the parts for compiles against the declarations of the package', (t) => {
  const files = [...EXAMPLES.map(({ file }) => file), ...NONE].filter((file) => /\.ts$/.test(file) && !/^boards\/(pico|pico-w|espruino-wifi)\//.test(file));
  t.true(files.length >= 8);
  const program = ts.createProgram(files.map((file) => inPackage(file)), {
    target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts'], types: ['node'], module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true, noUncheckedIndexedAccess: false, noEmit: true, skipLibCheck: false,
    // As `exports` of package.json says.
    paths: {
      wixt: types('boards', 'host', 'main.d.ts'), 'wixt/objects': types('src', 'device', 'objects', 'index.d.ts'), 'wixt/compat': types('src', 'compat', 'index.d.ts'),
      'wixt/compat/server': types('src', 'host', 'compat', 'server.d.ts'),
    },
  });
  const said = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  t.deepEqual(said, []);
  t.true(program.getSourceFile(inPackage('dist', 'types', 'boards', 'host', 'main.d.ts')) !== undefined, 'the declarations, not the sources');
});
