/** Resolves names: functions, their variables, and the uses of each. */
import { children, isFunction, type Node } from './tree';

/**
 * A place that declares a name. `region` is the smallest part of the function that may be skipped and contains the place: outside it, it is unknown
 * whether the declaration was executed. For code that always runs, it is the whole function.
 */
export interface Declaration {
  kind: 'parameter' | 'var' | 'function' | 'self';
  at: number;
  region: Node;
}

export interface Use {
  name: string;
  node: Node;
  /** Position in the order of execution: the update in the head of a `for` comes after the body. */
  at: number;
  writes: boolean;
  /** The function that contains the use. */
  scope: Scope;
  /** The operand of typeof, where an unknown name is not an error. */
  typeof: boolean;
}

/** A function (or the program) with its names. */
export interface Scope {
  node: Node;
  parent: Scope | null;
  names: Map<string, Declaration[]>;
  uses: Use[];
  inner: Scope[];
  /** The scope's catch clauses and the names of their parameters. */
  catches: { name: string; node: Node }[];
}

/** Builds the tree of scopes of a program. */
export function buildScopes(program: Node): Scope {
  return buildScope(program, null);
}

/** The scope that declares the name, seen from `scope`; null for a global. */
export function resolveName(scope: Scope | null, name: string): Scope | null {
  while (scope && !scope.names.has(name)) scope = scope.parent;
  return scope;
}

/** All scopes, outer ones first. */
export function allScopes(scope: Scope): Scope[] {
  return [scope, ...scope.inner.flatMap(allScopes)];
}

function buildScope(node: Node, parent: Scope | null): Scope {
  const scope: Scope = { node, parent, names: new Map(), uses: [], inner: [], catches: [] };
  if (isFunction(node)) {
    if (node.type === 'FunctionExpression' && node.id) declare(scope, node.id, 'self', node);
    declare(scope, { name: 'arguments', start: node.start }, 'self', node);
    for (const parameter of node.params) declare(scope, parameter, 'parameter', node);
    enter(scope, node.body, node, []);
  } else for (const child of children(node)) enter(scope, child, node, []);
  return scope;
}

function declare(scope: Scope, id: { name: string; start: number }, kind: Declaration['kind'], region: Node): void {
  const known = scope.names.get(id.name);
  const declaration = { kind, at: id.start, region };
  if (known) known.push(declaration);
  else scope.names.set(id.name, [declaration]);
}

/** Records the names of a node within `region`. `caught` are the catch parameters that hide other names here. */
function enter(scope: Scope, node: Node, region: Node, caught: string[]): void {
  const go = (child: Node | null, inside = region) => child && enter(scope, child, inside, caught);
  const use = (id: Node, writes: boolean, isTypeof = false) => {
    if (!caught.includes(id.name)) scope.uses.push({ name: id.name, node: id, at: id.start, writes, scope, typeof: isTypeof });
  };
  const target = (left: Node) => (left.type === 'Identifier' ? use(left, true) : go(left));
  switch (node.type) {
    case 'FunctionDeclaration':
      declare(scope, node.id, 'function', region);
      scope.inner.push(buildScope(node, scope));
      return;
    case 'FunctionExpression':
      scope.inner.push(buildScope(node, scope));
      return;
    case 'VariableDeclarator':
      declare(scope, node.id, 'var', region);
      return void go(node.init);
    case 'Identifier':
      return use(node, false);
    case 'MemberExpression':
      go(node.object);
      return void (node.computed && go(node.property));
    case 'Property':
      return void go(node.value);
    case 'UnaryExpression':
      if (node.operator === 'typeof' && node.argument.type === 'Identifier') return use(node.argument, false, true);
      return void go(node.argument);
    case 'AssignmentExpression':
      target(node.left);
      return void go(node.right);
    case 'UpdateExpression':
      return void target(node.argument);
    case 'IfStatement':
      go(node.test);
      go(node.consequent, node.consequent);
      return void (node.alternate && go(node.alternate, node.alternate));
    case 'ForStatement': {
      go(node.init);
      go(node.test);
      const before = scope.uses.length;
      go(node.update);
      for (const late of scope.uses.slice(before)) late.at = node.body.end;
      return void go(node.body, node.body);
    }
    case 'ForInStatement':
      if (node.left.type === 'VariableDeclaration') go(node.left);
      else target(node.left);
      go(node.right);
      return void go(node.body, node.body);
    case 'WhileStatement':
    case 'DoWhileStatement':
      go(node.test);
      return void go(node.body, node.body);
    case 'SwitchStatement':
      go(node.discriminant);
      for (const branch of node.cases) {
        go(branch.test);
        for (const statement of branch.consequent) go(statement, branch);
      }
      return;
    case 'TryStatement':
      go(node.block, node.block);
      if (node.handler) {
        const name = node.handler.param.name;
        scope.catches.push({ name, node: node.handler });
        enter(scope, node.handler.body, node.handler.body, [...caught, name]);
      }
      return void (node.finalizer && go(node.finalizer, region));
    case 'LabeledStatement':
      return void go(node.body, node.body);
    case 'BreakStatement':
    case 'ContinueStatement':
      return;
    default:
      for (const child of children(node)) go(child);
  }
}
