/**
 * Declares variables before they are used, where the minifier or a program declares them later or in a branch that may be skipped: the language
 * hoists them, Espruino does not. Scripts that need no change stay as they are.
 */
import { checkOrder } from './gate/order';
import { allScopes, buildScopes, resolveName } from './gate/scope';
import { parseProgram, type Node } from './gate/tree';

/** The script with a `var` at the start of each function that needs one. */
export function hoistVariables(code: string): string {
  const root = buildScopes(parseProgram(code));
  const late = new Set<Node>();
  checkOrder(root, false, (rule, node) => {
    if (rule === 'late-var' || rule === 'branch-var') late.add(node);
  });
  if (!late.size) return code;
  const inserts = new Map<number, Set<string>>();
  for (const scope of allScopes(root)) {
    for (const use of scope.uses) {
      if (!late.has(use.node)) continue;
      const home = resolveName(scope, use.name)!;
      const at = home.parent ? home.node.body.start + 1 : 0;
      if (!inserts.has(at)) inserts.set(at, new Set());
      inserts.get(at)!.add(use.name);
    }
  }
  let text = '';
  let end = 0;
  for (const [at, names] of [...inserts].sort(([a], [b]) => a - b)) {
    text += `${code.slice(end, at)}var ${[...names].join()};`;
    end = at;
  }
  return text + code.slice(end);
}
