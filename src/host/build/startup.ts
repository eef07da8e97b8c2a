/**
 * What a boot script needs only while it starts. On Espruino every function that exists takes 6 JsVars and one for each parameter,
 * those that make the client included, which run once; and a variable keeps what it names. They are let go at the end of the script.
 */
import { allScopes, buildScopes, resolveName, type Scope } from './gate/scope';
import { parseProgram, walk, type Node } from './gate/tree';

/** What nothing can reach any more once the top level of a script has run. */
export interface Startup {
  functions: string[];
  variables: string[];
}

/** The functions and variables of a script's top level that are for its start alone. */
export function findStartup(code: string): Startup {
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
  /** The names of the top level that the code of a scope, and of those inside it, has. */
  const namesIn = (scope: Scope): string[] =>
    allScopes(scope).flatMap((one) => one.uses.filter((use) => resolveName(one, use.name) === root).map((use) => use.name));
  // Whatever is named without being called may be called later; and so may what a function inside another names.
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

/** The text that lets go of names of the top level. Espruino also forgets the name itself, a JsVar; where they are no globals, `delete` does nothing. */
export function letGo(names: string[], forget: boolean): string {
  if (!names.length) return '';
  return forget ? names.map((name) => `delete ${name};`).join('') : names.join('=') + '=0;';
}

/** The script, which at its end lets go of what was for its start. `forget`: as `letGo` says. */
export function releaseStartup(code: string, forget: boolean): string {
  const { functions, variables } = findStartup(code);
  const text = letGo([...functions, ...variables], forget);
  return text ? `${code.trimEnd().replace(/;$/, '')};${text}\n` : code;
}
