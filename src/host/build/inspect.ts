/**
 * Inspects a user's program with the compiler's types, for code that compiles but would fail on the device: functions of the language that the engine
 * lacks, and internal fields of the library, which have other names there. Types distinguish them from the user's own members of the same names.
 */
import ts from 'typescript';
import { ENGINE_TITLES, LACKS, TELLING, type Lacks } from './lacks';
import { INTERNAL } from './names';
import { showPath } from './root';

export interface Inspection {
  /** The engine's name in a board file. */
  engine: string;
  /** Whether a file belongs to the library, whose fields with an underscore are renamed. */
  isLibrary(file: string): boolean;
  /** Files that are not inspected: those of the library and of a user's own board. */
  isSkipped(file: string): boolean;
  /** Receives the names of the inspected files. */
  seen?(file: string): void;
  /** Receives the globals that a file declares: the user asserts that the firmware has them. */
  declares?(name: string): void;
}

interface Look extends Inspection {
  program: ts.Program;
  checker: ts.TypeChecker;
  lacks: Lacks;
  lines: string[];
}

/** Inspects all files of a program that are not the library's. Returns a sentence for each fault, in the order of the files. */
export function inspectProgram(program: ts.Program, inspection: Inspection): string[] {
  const look: Look = { ...inspection, program, checker: program.getTypeChecker(), lacks: LACKS[inspection.engine] ?? {}, lines: [] };
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || program.isSourceFileFromExternalLibrary(file)) continue;
    for (const name of declaredNames(file)) inspection.declares?.(name);
    if (inspection.isSkipped(file.fileName)) continue;
    inspection.seen?.(file.fileName);
    visit(look, file);
  }
  return look.lines;
}

/** `declare function memory(): number` declares `memory`. */
function declaredNames(file: ts.SourceFile): string[] {
  return file.statements.flatMap((one) => {
    if (!ts.canHaveModifiers(one) || !ts.getModifiers(one)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) return [];
    if (ts.isVariableStatement(one)) return one.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
    return (ts.isFunctionDeclaration(one) || ts.isClassDeclaration(one)) && one.name ? [one.name.text] : [];
  });
}

function report(look: Look, node: ts.Node, text: string): void {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
  look.lines.push(`${showPath(file.fileName)}:${line + 1}:${character + 1}: ${text}`);
}

function visit(look: Look, node: ts.Node): void {
  if (ts.isPropertyAccessExpression(node)) checkAccess(look, node.expression, node.name, node.name.text, node);
  else if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    checkAccess(look, node.expression, node.argumentExpression, node.argumentExpression.text, node);
  else if (ts.isNewExpression(node)) checkNew(look, node);
  else if (ts.isIdentifier(node)) checkGlobal(look, node);
  else if (ts.isObjectLiteralExpression(node)) checkLiteral(look, node);
  else if (ts.isObjectBindingPattern(node)) checkPattern(look, node);
  ts.forEachChild(node, (child) => visit(look, child));
}

const isOfLanguage = (look: Look, symbol: ts.Symbol | undefined): boolean =>
  !!symbol?.declarations?.some((one) => look.program.isSourceFileDefaultLibrary(one.getSourceFile()));

/** Names of the interfaces in which the language declares a member. */
function ownersOf(look: Look, symbol: ts.Symbol): string[] {
  return (symbol.declarations ?? []).flatMap(({ parent }) =>
    (ts.isInterfaceDeclaration(parent) && look.program.isSourceFileDefaultLibrary(parent.getSourceFile()) ? [parent.name.text] : []));
}

function sayLacking(look: Look, node: ts.Node, what: string, instead: string): void {
  report(look, node, `${ENGINE_TITLES[look.engine] ?? look.engine} has no ${what}: use ${instead}`);
}

function checkAccess(look: Look, object: ts.Expression, at: ts.Node, name: string, node: ts.Node): void {
  const symbol = look.checker.getSymbolAtLocation(at);
  if (symbol && isOfLanguage(look, symbol)) {
    const key = ownersOf(look, symbol).map((owner) => `${owner}.${name}`).find((one) => Object.hasOwn(look.lacks, one));
    if (key) sayLacking(look, at, nameOf(key), look.lacks[key]!);
  } else if (!symbol && ts.isCallExpression(node.parent) && node.parent.expression === node && isAny(look, object) && TELLING.has(name)) {
    const key = Object.keys(look.lacks).find((one) => one.endsWith('.' + name));
    if (key) sayLacking(look, at, nameOf(key), look.lacks[key]!);
  }
  if (INTERNAL.test(name) && isReachedInto(look, object, symbol, name)) refuseReach(look, at, name);
}

/** `String.localeCompare` as people write it: with the constructor's name for its own members, with a dot alone for members of instances. */
function nameOf(key: string): string {
  const [owner = '', member] = key.split('.');
  if (member === undefined) return key;
  if (owner.endsWith('Constructor')) return member === 'new' ? `new ${owner.slice(0, -11)}()` : `${owner.slice(0, -11)}.${member}`;
  return owner === 'Math' ? `Math.${member} that is exact` : `${member} of ${/^[AEIOU]/.test(owner) && !/^U(int|RI)/.test(owner) ? 'an' : 'a'} ${owner.replace('Readonly', '')}`;
}

function isAny(look: Look, node: ts.Expression): boolean {
  return !!(look.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Any);
}

function checkNew(look: Look, node: ts.NewExpression): void {
  if (!ts.isIdentifier(node.expression) || !isOfLanguage(look, look.checker.getSymbolAtLocation(node.expression))) return;
  const key = `${node.expression.text}Constructor.new`;
  if (Object.hasOwn(look.lacks, key)) sayLacking(look, node, nameOf(key), look.lacks[key]!);
}

/** Checks a global function or constructor of the language used as a value: not in a type, and not a name that the program declares. */
function checkGlobal(look: Look, node: ts.Identifier): void {
  if (!Object.hasOwn(look.lacks, node.text) || ts.isPartOfTypeNode(node)) return;
  const { parent } = node;
  if ((ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isPropertyAssignment(parent) && parent.name === node)) return;
  if (ts.isTypeOfExpression(parent) || !isOfLanguage(look, look.checker.getSymbolAtLocation(node))) return;
  sayLacking(look, node, node.text, look.lacks[node.text]!);
}

const isLibrarys = (look: Look, symbol: ts.Symbol | undefined): boolean => !!symbol?.declarations?.some((one) => look.isLibrary(one.getSourceFile().fileName));

/** Whether it is an internal field of the library: by the object's type, or by its type before a cast. */
function isReachedInto(look: Look, object: ts.Expression, symbol: ts.Symbol | undefined, name: string): boolean {
  if (isLibrarys(look, symbol)) return true;
  let inner = object;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isTypeAssertionExpression(inner) || ts.isNonNullExpression(inner)) {
    inner = inner.expression;
    if (isLibrarys(look, look.checker.getTypeAtLocation(inner).getProperty(name))) return true;
  }
  return false;
}

function refuseReach(look: Look, node: ts.Node, name: string): void {
  report(look, node, `${name} is a field of wixt's own, which has another name on the device: use what wixt exports, or keep such a value in a variable of yours`);
}

function checkLiteral(look: Look, node: ts.ObjectLiteralExpression): void {
  for (const member of node.properties) {
    const name = member.name && (ts.isIdentifier(member.name) || ts.isStringLiteralLike(member.name)) ? member.name.text : '';
    if (!INTERNAL.test(name)) continue;
    if (isLibrarys(look, look.checker.getContextualType(node)?.getProperty(name))) refuseReach(look, member, name);
  }
}

function checkPattern(look: Look, node: ts.ObjectBindingPattern): void {
  const type = look.checker.getTypeAtLocation(node);
  for (const { propertyName, name } of node.elements) {
    const key = propertyName ?? name;
    if (!ts.isIdentifier(key) && !ts.isStringLiteralLike(key)) continue;
    const symbol = type.getProperty(key.text);
    if (INTERNAL.test(key.text) && isLibrarys(look, symbol)) refuseReach(look, key, key.text);
    else if (symbol && isOfLanguage(look, symbol)) {
      const lacking = ownersOf(look, symbol).map((owner) => `${owner}.${key.text}`).find((one) => Object.hasOwn(look.lacks, one));
      if (lacking) sayLacking(look, key, nameOf(lacking), look.lacks[lacking]!);
    }
  }
}
