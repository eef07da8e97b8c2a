/**
 * What a boot script needs only while it starts. On Espruino every function that exists takes 6 JsVars and one for each parameter,
 * those that make the client included, which run once. They are let go at the end of the script.
 */
import { allScopes, buildScopes, resolveName, type Scope } from './gate/scope';
import { parseProgram, walk, type Node } from './gate/tree';

/** The names of the functions of a script that nothing can call once its top level has run. */
export function findStartup(code: string): string[] {
  const program = parseProgram(code);
  const root = buildScopes(program);
  const functions = new Map<string, Scope>();
  for (const scope of root.inner) if (scope.node.type === 'FunctionDeclaration') functions.set(scope.node.id.name, scope);
  const called = new Set<Node>();
  walk(program, (node) => {
    if (node.type === 'CallExpression') called.add(node.callee);
  });
  // `function(){…}()` at the top level runs there and then.
  const isImmediate = (scope: Scope): boolean => scope === root || (called.has(scope.node) && isImmediate(scope.parent!));
  /** The functions of the top level that the code of a scope, and of those inside it, names. */
  const namesIn = (scope: Scope): string[] =>
    allScopes(scope).flatMap((one) => one.uses.filter((use) => functions.has(use.name) && resolveName(one, use.name) === root).map((use) => use.name));
  // Whatever is named without being called may be called later; and so may what a function inside another names.
  const kept: string[] = [];
  for (const scope of allScopes(root)) {
    const nested = !isImmediate(scope) && functions.get(scope.node.id?.name) !== scope;
    for (const use of scope.uses)
      if (functions.has(use.name) && resolveName(scope, use.name) === root && (nested || !called.has(use.node))) kept.push(use.name);
  }
  const reached = new Set<string>();
  while (kept.length) {
    const name = kept.pop()!;
    if (!reached.has(name)) kept.push(...namesIn(functions.get(name)!));
    reached.add(name);
  }
  return [...functions.keys()].filter((name) => !reached.has(name));
}

/** The script, which at its end lets go of what was for its start. */
export function releaseStartup(code: string): string {
  const names = findStartup(code);
  return names.length ? `${code.trimEnd().replace(/;$/, '')};${names.join('=')}=0;\n` : code;
}
