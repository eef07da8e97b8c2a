/**
 * Finds functions and variables that a boot script needs only while it starts. On Espruino each function takes 6 JsVars and one for each parameter,
 * including those that create the client, which run once; and a variable keeps its value alive. They are released at the end of the script.
 */
import { allScopes, buildScopes, resolveName, type Scope } from './gate/scope';
import { parseProgram, walk, type Node } from './gate/tree';

/** Names that are unreachable once the top level of a script has run. */
export interface Startup {
  functions: string[];
  variables: string[];
}

/** Finds the functions and variables of a script's top level that are used only during its start. */
export function findStartup(code: string): Startup {
  const program = parseProgram(code);
  const root = buildScopes(program);
  const functions = new Map<string, Scope>();
  for (const scope of root.inner) if (scope.node.type === 'FunctionDeclaration') functions.set(scope.node.id.name, scope);
  const called = new Set<Node>();
  walk(program, (node) => {
    if (node.type === 'CallExpression') called.add(node.callee);
  });
  // `function(){…}()` at the top level runs immediately.
  const isImmediate = (scope: Scope): boolean => scope === root || (called.has(scope.node) && isImmediate(scope.parent!));
  /** The top-level names that the code of a scope, including inner scopes, uses. */
  const namesIn = (scope: Scope): string[] =>
    allScopes(scope).flatMap((one) => one.uses.filter((use) => resolveName(one, use.name) === root).map((use) => use.name));
  // A name that is used without being called may be called later, as may names used in an inner function.
  const kept: string[] = [];
  for (const scope of allScopes(root)) {
    const nested = !isImmediate(scope) && functions.get(scope.node.id?.name) !== scope;
    for (const use of scope.uses)
      if (resolveName(scope, use.name) === root && (nested || (functions.has(use.name) && !called.has(use.node)))) kept.push(use.name);
  }
  const reached = new Set<string>();
  while (kept.length) {
    const name = kept.pop()!;
    const scope = functions.get(name);
    if (!reached.has(name) && scope) kept.push(...namesIn(scope));
    reached.add(name);
  }
  const over = [...root.names.keys()].filter((name) => !reached.has(name));
  return { functions: over.filter((name) => functions.has(name)), variables: over.filter((name) => !functions.has(name)) };
}

/**
 * Code that releases top-level names. On Espruino it also deletes the name itself, a JsVar; `delete` has no effect where the names are not global.
 */
export function letGo(names: string[], forget: boolean): string {
  if (!names.length) return '';
  return forget ? names.map((name) => `delete ${name};`).join('') : names.join('=') + '=0;';
}

/** The script, extended by code at its end that releases what only its start needed. `forget`: see `letGo`. */
export function releaseStartup(code: string, forget: boolean): string {
  const { functions, variables } = findStartup(code);
  const text = letGo([...functions, ...variables], forget);
  return text ? `${code.trimEnd().replace(/;$/, '')};${text}\n` : code;
}
