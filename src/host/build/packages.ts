/** Resolves imports: to a file of the program, to an npm package, which becomes part of the bundle, or to a module of the engine. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Plugin, ResolveIdResult } from 'rollup';
import ts from 'typescript';
import { Problem } from '../problem';
import { HELPER_ADVICE } from './diagnostics';
import { showPath } from './root';
import { findPath } from './sources';

/** A compiled module and its source map. */
export interface Module {
  code: string;
  map: string;
}

/** Refuses helpers that passed the type check because they come from a package, which is not checked. */
export function refuseHelpers(): Plugin {
  return {
    name: 'wixt-helpers',
    resolveId(id, importer) {
      if (id !== 'tslib') return null;
      throw new Problem(`${showPath(importer ?? '')}: ${HELPER_ADVICE}`);
    },
  };
}

/** The folder and the manifest of the package that a file belongs to. */
function findManifest(file: string): { name?: string; type?: string; module?: string; exports?: unknown; folder: string } {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return { ...JSON.parse(readFileSync(manifest, 'utf8')), folder };
  }
  return { folder: dirname(file) };
}

/** Whether the text is an ECMAScript module: it has an import or export at its top level. */
function isModule(file: string, text: string): boolean {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  return source.statements.some(
    (one) => ts.isImportDeclaration(one) || ts.isExportDeclaration(one) || ts.isExportAssignment(one) || (ts.canHaveModifiers(one) && !!ts.getModifiers(one)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)),
  );
}

const isBare = (id: string) => !/^([./\\]|[A-Za-z]:[\\/])/.test(id);
const isSource = (file: string) => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file);

export class Packages {
  readonly #settings: ts.CompilerOptions;
  readonly #modules: Map<string, Module>;
  /** Modules that are declared but have no file: those of the engine. */
  readonly #declared: Set<string>;
  readonly #cache: ts.ModuleResolutionCache;

  constructor(program: ts.Program, settings: ts.CompilerOptions, modules: Map<string, Module>) {
    this.#settings = settings;
    this.#modules = modules;
    this.#declared = new Set(program.getTypeChecker().getAmbientModules().map(({ name }) => name.replace(/^"|"$/g, '')));
    this.#cache = ts.createModuleResolutionCache(process.cwd(), (name) => name);
  }

  /** Rollup's answer for an import. Throws a Problem for a package that cannot become part of a bundle. */
  resolve(id: string, importer: string, paths: Record<string, string[]> = {}): ResolveIdResult {
    // An absolute path is already resolved.
    if (this.#modules.has(id)) return id;
    const library = isBare(id) && findPath(id, paths);
    if (library) return [library, library + '.ts', join(library, 'index.ts')].find((file) => this.#modules.has(file)) ?? null;
    if (this.#declared.has(id)) return { id, external: true };
    const { resolvedModule } = ts.resolveModuleName(id, importer, this.#settings, ts.sys, this.#cache);
    const found = resolvedModule && normalize(resolvedModule.resolvedFileName);
    if (found && (this.#modules.has(found) || /\.json$/.test(found) || isSource(found))) return found;
    const file = this.#findScript(id, importer);
    if (!file) return isBare(id) ? { id, external: true } : null;
    const text = readFileSync(file, 'utf8');
    if (/\.json$/.test(file) || isModule(file, text)) return file;
    const { name = id } = findManifest(file);
    const place = findImport(importer, id);
    throw new Problem(
      isBare(id)
        ? `${place}: the package ${name} is CommonJS (${showPath(file)}), and only ECMAScript modules can become part of a program: take another package or version, or copy what you need of it into a .ts file`
        : `${place}: ${showPath(file)} is a script without import and export, which cannot become part of a program: export what it has`,
    );
  }

  /** The JavaScript file of an import, as Node finds it; `module` of package.json has precedence over `main`. */
  #findScript(id: string, importer: string): string | undefined {
    const settings = { ...this.#settings, paths: undefined, allowJs: true, noDtsResolution: true } as ts.CompilerOptions;
    const found = ts.resolveModuleName(id, importer, settings, ts.sys).resolvedModule?.resolvedFileName;
    if (!found || /\.d\.[cm]?ts$/.test(found)) return undefined;
    const { module, exports, name, folder } = findManifest(found);
    const esm = module && !exports && id === name ? join(folder, module) : found;
    return normalize(existsSync(esm) ? esm : found);
  }

  /** The text of a module that is not a file of the program; null for others. */
  load(id: string, target: 'es5' | 'es2022'): { code: string; map: string | null } | null {
    if (/\.json$/.test(id)) return { code: jsonModule(id), map: null };
    if (!/\.[cm]?[jt]sx?$/.test(id) || id.startsWith('\0') || !existsSync(id)) return null;
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(id, 'utf8'), {
      fileName: id,
      compilerOptions: {
        target: target === 'es5' ? ts.ScriptTarget.ES5 : ts.ScriptTarget.ES2022,
        ...(target === 'es5' && { ignoreDeprecations: '5.0' }),
        module: ts.ModuleKind.ESNext,
        allowJs: true,
        importHelpers: target === 'es5',
        sourceMap: true,
      },
    });
    return { code: outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'), map: sourceMapText ?? null };
  }
}

/** `file:line:column` of an import in its file. */
function findImport(importer: string, id: string): string {
  const text = existsSync(importer) ? readFileSync(importer, 'utf8') : '';
  const [found] = ts.preProcessFile(text).importedFiles.filter(({ fileName }) => fileName === id);
  if (!found) return showPath(importer);
  const before = text.slice(0, found.pos).split('\n');
  return `${showPath(importer)}:${before.length}:${before.at(-1)!.length + 1}`;
}

/** JSON as a module: the whole value as its default export, and its members by name. Throws a Problem if it is not JSON. */
function jsonModule(file: string): string {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Problem(`${showPath(file)}: is not JSON: ${(error as Error).message}`);
  }
  const members = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data) : [];
  const named = members.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && !isReserved(name));
  // Unused named exports cost nothing.
  return `var json = ${JSON.stringify(data)};\nexport default json;\n${named.map((name, i) => `var json_${i} = json.${name};\nexport { json_${i} as ${name} };\n`).join('')}`;
}

function isReserved(name: string): boolean {
  return name === 'default' || (ts as unknown as { stringToToken(text: string): ts.SyntaxKind | undefined }).stringToToken(name) !== undefined;
}
