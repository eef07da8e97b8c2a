/** Collects what TypeScript knows about the client record, for the step that lifts it: collected while types are available. */
import ts from 'typescript';
import { inPackage } from '../root';
import { INTERNAL } from '../names';
import { originOf } from '../overlays';

/** Where the client is used, by type. */
export interface RecordTypes {
  /** `module#function` → the indexes of its parameters that are a client. */
  parameters: Map<string, Set<number>>;
  /** `module#function/variable`: local variables that are a client. */
  variables: Set<string>;
  /** Internal fields of other records that hold a client, `_c`. */
  fields: Set<string>;
}

const MODEL = inPackage('src', 'device', 'lwm2m', 'model.ts').replace(/\\/g, '/');

export const noTypes = (): RecordTypes => ({ parameters: new Map(), variables: new Set(), fields: new Set() });

/**
 * Adds the uses of the client in a program. `isLibrary` selects the files. Throws if a field is used in a way that the lifting step cannot follow.
 */
export function collectTypes(program: ts.Program, isLibrary: (file: string) => boolean, into: RecordTypes): void {
  const checker = program.getTypeChecker();
  const model = program.getSourceFiles().find(({ fileName }) => fileName.replace(/\\/g, '/') === MODEL);
  const client = model && checker.getExportsOfModule(checker.getSymbolAtLocation(model)!).find(({ name }) => name === 'Client');
  if (!client) return;
  const type = checker.getDeclaredTypeOfSymbol(client);
  // The client and the types that it extends: a record of these types may be the client.
  const facets = new Set<ts.Symbol>();
  const addBases = (one: ts.Type) => {
    if (!one.symbol || facets.has(one.symbol)) return;
    facets.add(one.symbol);
    for (const base of (one.isClassOrInterface() ? checker.getBaseTypes(one as ts.InterfaceType) : [])) addBases(base);
  };
  addBases(type);
  const isClient = (node: ts.Node) => checker.getTypeAtLocation(node).symbol === client;
  const refuse = (node: ts.Node, why: string): never => {
    const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
    throw new Error(`${node.getSourceFile().fileName}:${line + 1}: ${node.getText()}: ${why}, so the client cannot be lifted`);
  };
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || !isLibrary(file.fileName)) continue;
    const origin = (name: string) => originOf(file.fileName, name);
    const visit = (node: ts.Node, home: string | undefined): void => {
      if (ts.isFunctionDeclaration(node) && node.name && node.parent === file) {
        home = origin(node.name.text);
        const taken = node.parameters.flatMap((one, i) => (isClient(one) ? [i] : []));
        if (taken.length) into.parameters.set(home, new Set(taken));
      } else if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) {
        const { symbol } = checker.getTypeAtLocation(node);
        if (symbol === client && home) into.variables.add(`${home}/${node.name.text}`);
        else if (symbol && facets.has(symbol) && !isMadeThere(node)) refuse(node, 'a variable may be the client or another record');
      } else if (ts.isPropertySignature(node) && ts.isIdentifier(node.name) && INTERNAL.test(node.name.text) && isClient(node)) {
        into.fields.add(node.name.text);
      } else if (ts.isPropertyAccessExpression(node) && INTERNAL.test(node.name.text)) {
        const of = checker.getTypeAtLocation(node.expression).symbol;
        if (of && facets.has(of)) {
          const held = ts.isPropertyAccessExpression(node.expression) && INTERNAL.test(node.expression.name.text) && of === client;
          if (!held && !ts.isIdentifier(node.expression)) refuse(node, 'the record is no name');
        }
      } else if (ts.isElementAccessExpression(node)) {
        const of = checker.getTypeAtLocation(node.expression).symbol;
        if (of && facets.has(of)) refuse(node, 'the field is not known');
      }
      ts.forEachChild(node, (child) => visit(child, home));
    };
    visit(file, undefined);
  }
}

/** Whether a variable is a separate record: `const NOWHERE = { … } as Window`. */
function isMadeThere({ initializer }: ts.VariableDeclaration): boolean {
  let value = initializer;
  while (value && (ts.isAsExpression(value) || ts.isParenthesizedExpression(value))) value = value.expression;
  return !!value && ts.isObjectLiteralExpression(value);
}
