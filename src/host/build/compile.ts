/** TypeScript → ES5 → one CommonJS module: the plugins that every device bundle goes through, in this order. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import typescript from '@rollup/plugin-typescript';
import type { Plugin, RollupLog } from 'rollup';
import { inPackage, showPath } from './root';
import { Problem } from '../problem';

export interface CompileOptions {
  /** Files that the program consists of, all of them: the compiler leaves out what it finds in node_modules by itself. */
  files: string[];
  /** Declarations: npm packages (`@types/node`) or files of this package. */
  types: string[];
  /** The language: es5 for devices, es2022 for programs that run on Node only. */
  target: 'es5' | 'es2022';
  /** Where a bare import finds its types. */
  paths?: Record<string, string[]>;
  /** Whose rules of style the program follows: this package's, a person's tsconfig, or none but strictness. */
  rules: 'package' | 'strict' | { tsconfig: string };
  /** A folder for declaration files. */
  declarations?: string;
  /** Leaves the type check to somebody else. */
  unchecked?: boolean;
}

/** The declaration file of a package or of this package. */
function findTypes(name: string): string {
  if (/\.d\.ts$/.test(name)) return inPackage(name);
  const require = createRequire(inPackage('package.json'));
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { types = 'index.d.ts' } = JSON.parse(readFileSync(manifest, 'utf8'));
    return join(manifest, '..', types);
  } catch {
    throw new Problem(`the package ${name}, which describes the engine, is not installed: npm install ${name}`);
  }
}

function makeConfig(options: CompileOptions): object {
  const es5 = options.target === 'es5';
  return {
    ...(options.rules === 'package' && { extends: inPackage('tsconfig.base.json') }),
    ...(typeof options.rules === 'object' && { extends: options.rules.tsconfig }),
    compilerOptions: {
      ...(options.rules === 'strict' && { strict: true }),
      skipLibCheck: true,
      target: options.target,
      lib: [es5 ? 'es5' : 'es2023'],
      ...(es5 && { ignoreDeprecations: '5.0', downlevelIteration: false }),
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
      importHelpers: true,
      noEmit: false,
      noEmitOnError: false,
      declaration: !!options.declarations,
      ...(options.declarations && { declarationDir: options.declarations, rootDir: inPackage() }),
      noCheck: !!options.unchecked,
      composite: false,
      incremental: false,
      sourceMap: true,
      // Mapped to a module that has none: a construct that needs a helper is an error at its place.
      paths: { ...options.paths, ...(es5 && { tslib: [inPackage('src', 'host', 'build', 'no-helpers.d.ts')] }) },
    },
    files: [...options.files, ...options.types.map(findTypes)],
    include: [],
    exclude: [],
  };
}

/** The TypeScript compiler as a rollup plugin; its configuration exists as a file for as long as a build runs. */
export function compilePlugins(options: CompileOptions): Plugin[] {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-'));
  const config = join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify(makeConfig(options)));
  try {
    // The plugin reads the file when it is made.
    return [
      ...(options.target === 'es5' ? [refuseHelpers()] : []),
      typescript({ tsconfig: config, filterRoot: false, include: ['**/*.ts'] }),
      collectErrors(),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A helper that got past the type check all the same. */
function refuseHelpers(): Plugin {
  return {
    name: 'wixt-helpers',
    resolveId(id, importer) {
      if (id !== 'tslib') return null;
      throw new Problem(`${showPath(importer ?? '')}: ${HELPER_ADVICE}`);
    },
  };
}

const HELPER_ADVICE =
  'this needs a helper of TypeScript at run time, which no device has (class … extends, spread of arrays or objects, async, ' +
  'generators, decorators): write it in plain ES5';

/** Turns the compiler's diagnostics, which arrive as warnings, into one error with a line for each. */
function collectErrors(): Plugin {
  let lines: string[] = [];
  return {
    name: 'wixt-errors',
    // The compiler reports when a build starts, which may be before this plugin hears of it.
    onLog(level, log) {
      if (log.plugin === 'typescript' && /^TS\d/.test(log.pluginCode as string)) {
        lines.push(formatDiagnostic(log));
        return false;
      }
      return level === 'warn' || undefined;
    },
    // What the compiler says comes first: what rollup stumbled over then follows from it.
    buildEnd() {
      const found = [...new Set(lines)];
      lines = [];
      if (found.length) throw new Problem(found);
    },
  };
}

/** `file:line:column: message (TS2322)`. */
export function formatDiagnostic(log: RollupLog): string {
  const code = String(log.pluginCode);
  const text = code === 'TS2343' || code === 'TS2354' ? HELPER_ADVICE : log.message.replace(/^.*@rollup\/plugin-typescript TS\d+: /s, '').replace(/\s*\n\s*/g, ' ');
  const place = log.loc ? `${showPath(log.loc.file ?? '')}:${log.loc.line}:${log.loc.column}: ` : '';
  return `${place}${text} (${code})`;
}

/** Refuses `import x from 'module'` of what stays outside the bundle: on the device there is no default export. */
export function refuseDefaultImports(): Plugin {
  return {
    name: 'wixt-imports',
    moduleParsed({ id, ast }) {
      for (const statement of (ast?.body ?? []) as any[]) {
        if (statement.type !== 'ImportDeclaration' || /^[./]/.test(statement.source.value)) continue;
        if (statement.specifiers.some((one: any) => one.type === 'ImportDefaultSpecifier'))
          throw new Problem(
            `${showPath(id)}: import … from '${statement.source.value}' takes a default export, which the device's modules do not ` +
              `have: write import * as … or import { … }`,
          );
      }
    },
  };
}

/** A module's id as the reports show it: relative to the package, or to the current folder. */
export function showModule(id: string): string {
  const path = relative(inPackage(), id);
  return path.startsWith('..') ? showPath(id) : path;
}
