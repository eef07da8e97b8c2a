/** The compiler's settings for a build. They are fixed, except for strictness and search paths, which come from the user's tsconfig.json. */
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { Problem } from '../problem';
import { inPackage, showPath } from './root';

/** The source of a program's style rules: this package, a user's tsconfig, or strictness alone. */
export type Rules = 'package' | 'strict' | { tsconfig: string };

/**
 * The settings that a user's tsconfig may change: which errors are reported, and how the files may be written. The build sets all others (output
 * folders, language and library of a board, declarations, project references) and ignores them in the tsconfig.
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
  /** The user's own declarations, included by their tsconfig. */
  declarations: string[];
}

function explain(diagnostic: ts.Diagnostic, fallback: string): string {
  const { file, start, messageText } = diagnostic;
  const place = file && start !== undefined ? `${showPath(file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}` : showPath(fallback);
  return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}

/** Errors that the user need not fix: no input files, an unknown option, or options that do not go together. */
const PASSED_OVER = new Set([18002, 18003, 5023, 5024, 5025, 6046, 5095, 5107, 5101, 5102]);

/** Reads a tsconfig.json and the files that it extends. Throws a Problem for an unreadable file. */
function readTsconfig(file: string): Settings {
  const faults: string[] = [];
  const host: ts.ParseConfigFileHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (one) => faults.push(explain(one, file)) };
  const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, host);
  for (const one of parsed?.errors ?? []) if (!PASSED_OVER.has(one.code)) faults.push(explain(one, file));
  if (faults.length) throw new Problem([...new Set(faults)]);
  const given = parsed!.options;
  const options: ts.CompilerOptions = Object.fromEntries(TAKEN.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
  // Relative paths are relative to the file that contains them.
  const base = given.baseUrl ?? (given.pathsBasePath as string | undefined) ?? dirname(file);
  if (given.paths) options.paths = Object.fromEntries(Object.entries(given.paths).map(([key, places]) => [key, places.map((place) => join(base, place))]));
  // Declarations in node_modules are selected by the engine's list.
  const declarations = parsed!.fileNames.filter((name) => /\.d\.[cm]?ts$/.test(name) && !/[\\/]node_modules[\\/]/.test(name));
  return { options, declarations };
}

function readRules(rules: Rules): Settings {
  if (rules === 'strict') return { options: { strict: true }, declarations: [] };
  if (typeof rules === 'object') return readTsconfig(rules.tsconfig);
  const { compilerOptions } = ts.readConfigFile(inPackage('tsconfig.base.json'), ts.sys.readFile).config;
  return { options: ts.convertCompilerOptionsFromJson(compilerOptions, inPackage()).options, declarations: [] };
}

/** The settings for a target, with the paths to the library. */
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
        // Mapped to a module without helpers: a construct that needs one is an error at its place.
        ...(es5 && { tslib: [inPackage('src', 'host', 'build', 'no-helpers.d.ts')] }),
      },
      target: es5 ? ts.ScriptTarget.ES5 : ts.ScriptTarget.ES2022,
      lib: [es5 ? 'lib.es5.d.ts' : 'lib.es2023.d.ts'],
      ...(es5 && { ignoreDeprecations: '5.0' }),
      importHelpers: es5,
      types: [],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      // A file without import and export is a module, too: otherwise helpers would be added to it that exist nowhere.
      moduleDetection: ts.ModuleDetectionKind.Force,
      resolveJsonModule: true,
      skipLibCheck: true,
      sourceMap: true,
      noEmitOnError: false,
    },
  };
}
