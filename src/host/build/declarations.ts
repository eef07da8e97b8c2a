/** The declaration files of the package: the library's types as a program's author sees them in an editor. */
import ts from 'typescript';

/**
 * Removes the members that begin with `_` from interfaces, because they are internal. Such an interface keeps one member that cannot be named, so
 * that other objects do not match it: `poll({}, 0)` stays an error.
 */
export function hideInternals(text: string): string {
  const source = ts.createSourceFile('x.d.ts', text, ts.ScriptTarget.ES2022, true);
  const cuts: [from: number, to: number, instead: string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node)) {
      const hidden = node.members.filter(({ name }) => name && ts.isIdentifier(name) && name.text.startsWith('_'));
      hidden.forEach((member, i) => cuts.push([member.getFullStart(), member.getEnd(), i ? '' : '\n    readonly [internal]: unknown;']));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (!cuts.length) return text;
  let shown = '';
  let at = 0;
  for (const [from, to, instead] of cuts) {
    shown += text.slice(at, from) + instead;
    at = to;
  }
  // Without `export {}` everything in a declaration file is exported.
  return `${shown}${text.slice(at)}declare const internal: unique symbol;\nexport {};\n`;
}
