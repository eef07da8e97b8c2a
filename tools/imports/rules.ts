/**
 * The direction of imports, without circles: wire ← formats, coap ← lwm2m ← objects ← boards/<name>/main, hal for all as types; and what device code may not
 * do at all. ARCHITECTURE.md explains why.
 */
import { posix } from 'node:path';
import ts from 'typescript';

/** A part of the tree, by the beginning of the path; the longest beginning counts. */
interface Layer {
  path: string;
  /** What it may import: a file, or with a slash at the end everything below. */
  may: string[];
  /** Of those, where only types may come from. */
  types?: string[];
  /** Packages and modules of the engine. */
  packages: boolean;
}

const DEVICE = 'src/device/';
const FEATURES = DEVICE + 'features';
const WIRE = DEVICE + 'wire/';
const FORMATS = DEVICE + 'formats/';
const COAP = DEVICE + 'coap/';
const SECURITY = DEVICE + 'security/';
const LWM2M = DEVICE + 'lwm2m/';
const OBJECTS = DEVICE + 'objects/';
const HAL = DEVICE + 'hal/';

const LAYERS: Layer[] = [
  { path: FEATURES, may: [], packages: false },
  { path: WIRE, may: [WIRE, FEATURES], packages: false },
  { path: FORMATS, may: [FORMATS, WIRE, FEATURES], packages: false },
  { path: HAL, may: [HAL], types: [HAL], packages: false },
  { path: SECURITY, may: [SECURITY, WIRE, FEATURES, HAL], types: [HAL], packages: false },
  { path: COAP, may: [COAP, WIRE, FEATURES, HAL], types: [HAL], packages: false },
  { path: LWM2M, may: [LWM2M, COAP, FORMATS, WIRE, FEATURES, HAL], types: [HAL], packages: false },
  { path: OBJECTS, may: [OBJECTS, LWM2M, FORMATS, WIRE, FEATURES, HAL], types: [HAL], packages: false },
  { path: OBJECTS + 'generated/', may: [], packages: false },
  { path: OBJECTS + 'generated/index', may: [OBJECTS + 'generated/'], packages: false },
  // What stands beside the layers is for applications: it may see all of them.
  { path: DEVICE, may: [DEVICE], types: [HAL], packages: false },
  { path: 'src/host/', may: ['src/host/', WIRE, FORMATS, 'boards/board'], packages: true },
  // The API of betwixt stands on the public names; nobody imports it.
  { path: 'src/compat/', may: ['src/compat/', DEVICE], types: [HAL], packages: true },
  { path: 'boards/', may: ['boards/', DEVICE], types: [HAL], packages: true },
  { path: 'boards/adapters/', may: ['boards/adapters/', HAL], types: [HAL], packages: true },
  { path: 'boards/sensors/', may: ['boards/sensors/', HAL], types: [HAL], packages: true },
];

/** Nobody inside imports the public names. */
const INDEX = DEVICE + 'index';

/** The faults of a file, each with its place. `path` is relative to the repository, with slashes. */
export function checkFile(path: string, source: string): string[] {
  const layer = LAYERS.filter((one) => path.startsWith(one.path)).sort((a, b) => b.path.length - a.path.length)[0];
  if (!layer) return [];
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  const faults: string[] = [];
  const report = (node: ts.Node, text: string) => {
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
    faults.push(`${path}:${line + 1}:${character + 1}: ${text}`);
  };
  const hals = new Set<string>();
  for (const statement of file.statements) {
    if (path.startsWith(DEVICE)) checkStatement(statement, path, report);
    const imported = importOf(statement);
    if (!imported) continue;
    if (!/^\./.test(imported.from)) {
      if (!layer.packages) report(statement, `${layer.path} imports no packages: ${imported.from}`);
      continue;
    }
    const target = posix.join(posix.dirname(path), imported.from);
    if (target.startsWith(HAL)) hals.add(target);
    if (target === INDEX && path.startsWith(DEVICE)) report(statement, 'nothing inside src/device imports its index');
    else if (!layer.may.some((one) => (one.endsWith('/') ? target.startsWith(one) : target === one)))
      report(statement, `${layer.path} may not import ${target}; it may import ${layer.may.join(', ') || 'nothing'}`);
    else if (!imported.types && layer.types?.some((one) => target.startsWith(one)))
      report(statement, `${target} is types only: import type`);
  }
  if (layer.path === 'boards/adapters/' && hals.size > 1) faults.push(`${path}:1:1: an adapter serves one seam, and imports ${[...hals].join(' and ')}`);
  for (const reference of [...file.referencedFiles, ...file.typeReferenceDirectives, ...file.libReferenceDirectives]) {
    if (path.startsWith(DEVICE)) faults.push(`${path}: device code knows no types but its own: reference to ${reference.fileName}`);
  }
  return faults;
}

/** Files that import each other, types included: each circle as its files, "a → b → a". `sources` maps paths to texts. */
export function findCircles(sources: ReadonlyMap<string, string>): string[] {
  const targets = new Map([...sources].map(([path, text]) => [path, listImports(path, text, sources)]));
  const circles: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string): void => {
    const at = way.indexOf(path);
    if (at >= 0) circles.push([...way.slice(at), path].join(' → '));
    if (at >= 0 || done.has(path)) return;
    way.push(path);
    for (const target of targets.get(path)!) visit(target);
    way.pop();
    done.add(path);
  };
  for (const path of sources.keys()) visit(path);
  return circles;
}

function listImports(path: string, text: string, sources: ReadonlyMap<string, string>): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return file.statements.flatMap((statement) => {
    const from = importOf(statement)?.from;
    const base = from?.startsWith('.') ? posix.join(posix.dirname(path), from) : '';
    return [base, `${base}.ts`, base.replace(/\.js$/, '.ts')].filter((name) => name !== path && sources.has(name)).slice(0, 1);
  });
}

interface Imported {
  from: string;
  /** Nothing of it is left at run time. */
  types: boolean;
}

function importOf(statement: ts.Statement): Imported | undefined {
  if (ts.isImportDeclaration(statement)) {
    const clause = statement.importClause;
    const names = clause?.namedBindings;
    const each = !clause?.name && names && ts.isNamedImports(names) && names.elements.every((one) => one.isTypeOnly);
    return { from: textOf(statement.moduleSpecifier), types: !!clause?.isTypeOnly || !!each };
  }
  if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) {
    const names = statement.exportClause;
    const each = names && ts.isNamedExports(names) && names.elements.every((one) => one.isTypeOnly);
    return { from: textOf(statement.moduleSpecifier), types: statement.isTypeOnly || !!each };
  }
  return undefined;
}

function textOf(node: ts.Expression): string {
  return ts.isStringLiteral(node) ? node.text : node.getText();
}

/** Nothing of the device runs when a module loads, and no module has a state. */
function checkStatement(statement: ts.Statement, path: string, report: (node: ts.Node, text: string) => void): void {
  if (ts.isVariableStatement(statement)) {
    if (!(statement.declarationList.flags & ts.NodeFlags.Const) && !isScratch(statement)) report(statement, 'a variable of a module is state that two clients would share');
    for (const { initializer } of statement.declarationList.declarations) {
      if (initializer && !isInert(initializer)) report(initializer, 'this runs when the module loads: only constants, and what is marked /*@__PURE__*/');
    }
  } else if (ts.isExpressionStatement(statement)) {
    report(statement, 'this runs when the module loads');
  } else if (path.startsWith(HAL) && !isType(statement)) {
    report(statement, 'a seam is types only');
  }
}

/** Scratch that is a constant but where the library is preloaded, whose `createClient` makes it: nothing is kept there between two calls. */
function isScratch({ declarationList }: ts.VariableStatement): boolean {
  return declarationList.declarations.every(({ initializer }) => initializer && ts.isConditionalExpression(initializer) && initializer.condition.getText() === 'FEATURE_PRELOAD');
}

function isType(statement: ts.Statement): boolean {
  return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || !!importOf(statement)?.types || ts.isExportDeclaration(statement);
}

/** A value that costs nothing at load, or falls away with its last use. */
function isInert(node: ts.Expression): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return /@__PURE__/.test(node.getFullText().slice(0, node.getLeadingTriviaWidth()));
  let inert = true;
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child)) return;
    if (ts.isCallExpression(child) || ts.isNewExpression(child) || ts.isDeleteExpression(child)) inert &&= isInert(child);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return inert;
}
