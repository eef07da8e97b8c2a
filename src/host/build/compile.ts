/** Compiles TypeScript to ES5 modules, from which every device bundle is made. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, normalize, relative } from 'node:path';
import type { Plugin } from 'rollup';
import ts from 'typescript';
import { formatDiagnostics } from './diagnostics';
import { Packages, refuseHelpers, type Module } from './packages';
import { inPackage, showPath } from './root';
import { makeSettings, type Rules } from './settings';
import { Problem } from '../problem';
import { hideInternals } from './declarations';

export interface CompileOptions {
  /** All files of the program: the compiler would leave out those in node_modules by itself. */
  files: string[];
  /** Declarations: npm packages (`@types/node`) or files of this package. */
  types: string[];
  /** The language: es5 for devices, es2022 for programs that run only on Node. */
  target: 'es5' | 'es2022';
  /** Where the compiler finds the types of a bare import. */
  paths?: Record<string, string[]>;
  rules: Rules;
  /** A folder for declaration files. */
  declarations?: string;
  /** Skips the type check. */
  unchecked?: boolean;
  /** The name of the program's engine, for messages. */
  engine?: string;
  /** Inspects a program without compile errors. Returns a sentence for each fault. */
  inspect?: (program: ts.Program) => string[];
}

export interface Compiled {
  modules: Map<string, Module>;
  packages: Packages;
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

/** Parsed files, shared by compilations with the same settings: one build reads the library and the declarations several times. */
const documents = ts.createDocumentRegistry();

function sharingHost(settings: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(settings);
  host.getSourceFile = (file) => {
    const text = host.readFile(file);
    return text === undefined ? undefined : documents.acquireDocument(file, settings, ts.ScriptSnapshot.fromString(text), hashText(text));
  };
  return host;
}

/** The version of a text: a hash of its content. */
const hashText = (text: string) => createHash('sha256').update(text).digest('base64');

/** Compiles a program. Throws a Problem with a sentence for each fault. */
export function compile(options: CompileOptions): Compiled {
  const { options: settings, declarations } = makeSettings(options.target, options.rules, options.paths);
  Object.assign(settings, { noCheck: !!options.unchecked }, options.declarations && { declaration: true, declarationDir: options.declarations, rootDir: inPackage() });
  const host = sharingHost(settings);
  const program = ts.createProgram([...options.files, ...options.types.map(findTypes), ...declarations], settings, host);
  // Whether the settings go together is our affair.
  const found = [...program.getGlobalDiagnostics(), ...program.getSyntacticDiagnostics(), ...(options.unchecked ? [] : program.getSemanticDiagnostics())];
  const faults = formatDiagnostics(found, options.engine);
  if (!faults.length) faults.push(...(options.inspect?.(program) ?? []));
  if (faults.length) throw new Problem(faults);
  const modules = new Map<string, Module>();
  const texts = new Map<string, string>();
  program.emit(undefined, (file, text, _, __, sources) => {
    if (/\.d\.[cm]?ts$/.test(file)) return ts.sys.writeFile(file, hideInternals(text));
    if (!sources?.[0]) return;
    const source = normalize(sources[0].fileName);
    if (file.endsWith('.map')) texts.set(source, text);
    else modules.set(source, { code: text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'), map: '' });
  });
  for (const [source, module] of modules) module.map = texts.get(source) ?? '';
  return { modules, packages: new Packages(program, settings, modules) };
}

/** The compiler as rollup plugins. `given` returns the result of an earlier compilation. */
export function compilePlugins(options: CompileOptions, given?: () => Compiled): Plugin[] {
  let compiled: Compiled;
  const plugin: Plugin = {
    name: 'wixt-typescript',
    buildStart() {
      compiled = given ? given() : compile(options);
    },
    resolveId: (id, importer) => (importer && !id.startsWith('\0') ? compiled.packages.resolve(id, importer, options.paths) : null),
    load: (id) => compiled.modules.get(id) ?? compiled.packages.load(id, options.target),
  };
  return [...(options.target === 'es5' ? [refuseHelpers()] : []), plugin];
}

/** Refuses `import x from 'module'` for modules outside the bundle: on the device they have no default export. */
export function refuseDefaultImports(): Plugin {
  return {
    name: 'wixt-imports',
    async moduleParsed({ id, ast }) {
      for (const statement of (ast?.body ?? []) as any[]) {
        if (statement.type !== 'ImportDeclaration' || /^[./]/.test(statement.source.value)) continue;
        if (!statement.specifiers.some((one: any) => one.type === 'ImportDefaultSpecifier')) continue;
        if (!(await this.resolve(statement.source.value, id))?.external) continue;
        throw new Problem(
          `${showPath(id)}: import … from '${statement.source.value}' takes a default export, which the device's modules do not ` +
            `have: write import * as … or import { … }`,
        );
      }
    },
  };
}

/** A module's id as reports show it: relative to the package or to the current folder. */
export function showModule(id: string): string {
  const path = relative(inPackage(), id);
  return path.startsWith('..') ? showPath(id) : path;
}
