/** The compiler's settings for a build: ours decide, and of a person's tsconfig.json only what says how strict to be and where to look. */
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { Problem } from '../problem';
import { inPackage, showPath } from './root';

/** Whose rules of style a program follows: this package's, a person's tsconfig, or none but strictness. */
export type Rules = 'package' | 'strict' | { tsconfig: string };

/**
 * What a person's tsconfig may say: what is an error, and what their files may look like. All else is the build's affair (where files
 * go, which language and library a board has, declarations, project references) and is passed over.
 */
const TAKEN = (
  'strict noImplicitAny strictNullChecks strictFunctionTypes strictBindCallApply strictPropertyInitialization strictBuiltinIteratorReturn ' +
  'noImplicitThis useUnknownInCatchVariables alwaysStrict noUnusedLocals noUnusedParameters exactOptionalPropertyTypes noImplicitReturns ' +
  'noFallthroughCasesInSwitch noUncheckedIndexedAccess noImplicitOverride noPropertyAccessFromIndexSignature allowUnusedLabels ' +
  'allowUnreachableCode forceConsistentCasingInFileNames noUncheckedSideEffectImports ' +
  'jsx jsxFactory jsxFragmentFactory jsxImportSource baseUrl paths'
).split(' ');

export interface Settings {
  options: ts.CompilerOptions;
  /** Declarations of the person's own, which their tsconfig includes. */
  declarations: string[];
}

function explain(diagnostic: ts.Diagnostic, fallback: string): string {
  const { file, start, messageText } = diagnostic;
  const place = file && start !== undefined ? `${showPath(file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}` : showPath(fallback);
  return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}

/** Not the person's to mend: no input files, an option that nobody knows, or one that does not go with another. */
const PASSED_OVER = new Set([18002, 18003, 5023, 5024, 5025, 6046, 5095, 5107, 5101, 5102]);

/** Reads a tsconfig.json with what it extends. Throws a Problem for a file that cannot be read. */
function readTsconfig(file: string): Settings {
  const faults: string[] = [];
  const host: ts.ParseConfigFileHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (one) => faults.push(explain(one, file)) };
  const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, host);
  for (const one of parsed?.errors ?? []) if (!PASSED_OVER.has(one.code)) faults.push(explain(one, file));
  if (faults.length) throw new Problem([...new Set(faults)]);
  const given = parsed!.options;
  const options: ts.CompilerOptions = Object.fromEntries(TAKEN.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
  // Relative paths are those of the file that says them.
  const base = given.baseUrl ?? (given.pathsBasePath as string | undefined) ?? dirname(file);
  if (given.paths) options.paths = Object.fromEntries(Object.entries(given.paths).map(([key, places]) => [key, places.map((place) => join(base, place))]));
  // What stands in node_modules comes by the engine's own list.
  const declarations = parsed!.fileNames.filter((name) => /\.d\.[cm]?ts$/.test(name) && !/[\\/]node_modules[\\/]/.test(name));
  return { options, declarations };
}

function readRules(rules: Rules): Settings {
  if (rules === 'strict') return { options: { strict: true }, declarations: [] };
  if (typeof rules === 'object') return readTsconfig(rules.tsconfig);
  const { compilerOptions } = ts.readConfigFile(inPackage('tsconfig.base.json'), ts.sys.readFile).config;
  return { options: ts.convertCompilerOptionsFromJson(compilerOptions, inPackage()).options, declarations: [] };
}

/** The settings for a target, with the paths that lead to the library. */
export function makeSettings(target: 'es5' | 'es2022', rules: Rules, paths: Record<string, string[]> = {}): Settings {
  const { options, declarations } = readRules(rules);
  const es5 = target === 'es5';
  return {
    declarations,
    options: {
      ...options,
      paths: {
        ...options.paths,
        ...paths,
        // Mapped to a module that has none: a construct that needs a helper is an error at its place.
        ...(es5 && { tslib: [inPackage('src', 'host', 'build', 'no-helpers.d.ts')] }),
      },
      target: es5 ? ts.ScriptTarget.ES5 : ts.ScriptTarget.ES2022,
      lib: [es5 ? 'lib.es5.d.ts' : 'lib.es2023.d.ts'],
      ...(es5 && { ignoreDeprecations: '5.0' }),
      importHelpers: es5,
      types: [],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      // A file without import and export is a module, too: else helpers that exist nowhere would be put into it.
      moduleDetection: ts.ModuleDetectionKind.Force,
      resolveJsonModule: true,
      skipLibCheck: true,
      sourceMap: true,
      noEmitOnError: false,
    },
  };
}
