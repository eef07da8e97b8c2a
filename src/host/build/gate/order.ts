/**
 * Rules about order. Espruino hoists nothing: a name exists once the statement that declares it was executed. An earlier assignment silently goes to
 * an outer variable of the same (mangled!) name.
 */
import { allScopes, resolveName, type Scope, type Use } from './scope';
import { isFunction, isWithin, walk, type Node, type Report } from './tree';

/** Rules: late-var, branch-var, late-function, load-order, and catch-name if the engine needs it. */
export function checkOrder(root: Scope, strictCatch: boolean, report: Report): void {
  for (const scope of allScopes(root)) {
    for (const use of scope.uses) if (scope.names.has(use.name)) checkUse(scope, use, report);
    if (strictCatch) checkCatches(scope, report);
  }
  checkLoad(root, report);
}

function checkUse(scope: Scope, use: Use, report: Report): void {
  const places = scope.names.get(use.name)!;
  const before = places.filter((place) => place.at <= use.at || place.kind === 'self');
  if (!before.length) {
    if (places[0].kind === 'function') {
      // At the top level a later function is a fault only if it is needed during loading: see checkLoad.
      if (scope.parent) report('late-function', use.node, `function ${use.name} is used before its statement`);
    } else report('late-var', use.node, `${use.name} is used before its var: there is no hoisting`);
  } else if (!before.some((place) => isWithin(use.node, place.region))) {
    report('branch-var', use.node, `the var of ${use.name} stands in a branch that may be skipped, and ${use.name} is used outside it`);
  }
}

/** MicroQuickJS refuses a second catch parameter of the same name in a function, and one with the name of a variable. */
function checkCatches(scope: Scope, report: Report): void {
  const seen = new Set<string>();
  for (const { name, node } of scope.catches) {
    if (seen.has(name)) report('catch-name', node, `a second catch (${name}) in one function`);
    else if (scope.names.has(name)) report('catch-name', node, `catch (${name}) has the name of a variable of the function`);
    seen.add(name);
  }
}

/** Functions of the top level that run while the program loads, and those that they call, must be declared earlier. */
function checkLoad(root: Scope, report: Report): void {
  const functions = new Map<string, Node>();
  for (const statement of root.node.body) if (statement.type === 'FunctionDeclaration') functions.set(statement.id.name, statement);
  const uses = new Map<Node, Use[]>();
  const collect = (scope: Scope, owner: Node) => {
    const list = uses.get(owner) ?? [];
    uses.set(owner, list.concat(scope.uses.filter((use) => resolveName(scope, use.name) === root)));
    for (const inner of scope.inner) collect(inner, owner === root.node ? inner.node : owner);
  };
  collect(root, root.node);

  const { called, running } = findLoad(root.node);
  const fault = (use: Node, name: string, via: string) =>
    report('load-order', use, `function ${name} is needed while the program loads${via}, before its statement`);
  for (const use of allScopes(root).flatMap((scope) => (running.has(scope.node) ? scope.uses : []))) {
    if (resolveName(use.scope, use.name) !== root) continue;
    const callee = functions.get(use.name);
    if (!callee) continue;
    if (use.node.start < callee.start) fault(use.node, use.name, '');
    else if (called.has(use.node)) {
      for (const name of reachable(use.name, functions, uses)) {
        if (functions.get(name)!.start > use.node.start) fault(use.node, name, ` (through ${use.name})`);
      }
    }
  }
}

/** Names of functions that a call of `name` may call, judged by the names in their texts. */
function reachable(name: string, functions: Map<string, Node>, uses: Map<Node, Use[]>): Set<string> {
  const found = new Set<string>();
  const queue = [name];
  for (let next; (next = queue.pop()); ) {
    for (const use of uses.get(functions.get(next)!) ?? []) {
      if (!functions.has(use.name) || found.has(use.name)) continue;
      found.add(use.name);
      queue.push(use.name);
    }
  }
  return found;
}

/** The code that runs while the program loads: functions called where they are defined, and identifiers that are called. */
function findLoad(program: Node): { called: Set<Node>; running: Set<Node> } {
  const called = new Set<Node>();
  const running = new Set<Node>([program]);
  walk(program, (node, parents) => {
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return;
    if (parents.some((parent) => isFunction(parent) && !running.has(parent))) return;
    called.add(node.callee);
    if (isFunction(node.callee)) running.add(node.callee);
    // A function passed as an argument may be called at once.
    for (const argument of node.arguments) {
      walk(argument, (part) => {
        if (part.type === 'Identifier') called.add(part);
      });
    }
  });
  return { called, running };
}
