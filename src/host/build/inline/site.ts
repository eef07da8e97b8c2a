/** Decides by the place of a call how its function's body can be inserted there, if at all. */
import type { Scope } from '../gate/scope';
import { isWithin, some, type Node } from '../gate/tree';

/**
 * How the statement with the call continues after the inserted body. `drop`: the value is unused; `tail`: the caller returns it; `set`: a variable of
 * the caller receives it; `use`: the rest of the statement uses it.
 */
export type Site =
  | { kind: 'drop' | 'tail' }
  | { kind: 'set'; name: string; declares: boolean }
  | { kind: 'use' }
  /** The statement starts as `if (test) … else …`, and the call is in one of the branches. `build` makes a branch from its parts. */
  | { kind: 'branch'; test: Node; call: Site; inThen: boolean; other: Node | null; head: string; tail: string; before: string };

/** Whether a name may be read before the body runs instead of after: nothing in the body changes it. */
export type Constant = (name: string) => boolean;

/**
 * The site of a call in its statement; undefined if something that the body might change is evaluated before the call, or if the call may not be
 * reached.
 */
export function findSite(statement: Node, call: Node, isConstant: Constant, isLocal: Constant): Site | undefined {
  switch (statement.type) {
    case 'ExpressionStatement': {
      const { expression } = statement;
      if (expression === call) return { kind: 'drop' };
      if (expression.type === 'AssignmentExpression' && expression.operator === '=' && expression.left.type === 'Identifier' && isLocal(expression.left.name)) {
        const { name } = expression.left;
        return inValue(expression.right, call, { kind: 'set', name, declares: false }, `${name} = `, '', isConstant);
      }
      return isFirst(expression, call, isConstant) ? { kind: 'use' } : undefined;
    }
    case 'ReturnStatement':
      return inValue(statement.argument, call, { kind: 'tail' }, 'return ', '', isConstant);
    case 'VariableDeclarator': {
      const { name } = statement.id;
      return inValue(statement.init, call, { kind: 'set', name, declares: true }, `${name} = `, `var ${name};`, isConstant);
    }
    case 'IfStatement': {
      const { test, alternate } = statement;
      if (!isWithin(call, test)) return undefined;
      if (test.type === 'LogicalExpression' && test.operator === '&&' && !alternate && isWithin(call, test.right) && isFirst(test.right, call, isConstant))
        return { kind: 'branch', test: test.left, call: { kind: 'use' }, inThen: true, other: null, head: '', tail: '', before: '' };
      return isFirst(test, call, isConstant) ? { kind: 'use' } : undefined;
    }
    case 'SwitchStatement':
      return isWithin(call, statement.discriminant) && isFirst(statement.discriminant, call, isConstant) ? { kind: 'use' } : undefined;
    default:
      return undefined;
  }
}

/** A call in a value that is used as a whole: the value itself, or a branch of it. */
function inValue(value: Node, call: Node, direct: Site, head: string, before: string, isConstant: Constant): Site | undefined {
  if (value === call) return direct;
  if (value.type === 'ConditionalExpression' && !isWithin(call, value.test)) {
    const inThen = isWithin(call, value.consequent);
    if (call !== (inThen ? value.consequent : value.alternate)) return undefined;
    const inner: Site = direct.kind === 'set' ? { ...direct, declares: false } : direct;
    return { kind: 'branch', test: value.test, call: inner, inThen, other: inThen ? value.alternate : value.consequent, head, tail: ';', before };
  }
  return isFirst(value, call, isConstant) ? { kind: 'use' } : undefined;
}

/** Whether the call is always made, and nothing that it might change is evaluated before it. */
function isFirst(node: Node, call: Node, isConstant: Constant): boolean {
  return scan(node, call, isConstant) === 'found';
}

function scan(node: Node, call: Node, isConstant: Constant): 'found' | 'constant' | 'unsafe' {
  if (node === call) return 'found';
  if (!isWithin(call, node)) return isSteady(node, isConstant) ? 'constant' : 'unsafe';
  const inOrder = (list: Node[]) => {
    for (const one of list) {
      const found = scan(one, call, isConstant);
      if (found !== 'constant') return found;
    }
    return 'unsafe';
  };
  switch (node.type) {
    case 'BinaryExpression':
      return inOrder([node.left, node.right]);
    case 'LogicalExpression':
      return isWithin(call, node.left) ? scan(node.left, call, isConstant) : 'unsafe';
    case 'ConditionalExpression':
      return isWithin(call, node.test) ? scan(node.test, call, isConstant) : 'unsafe';
    case 'UnaryExpression':
      return node.operator === 'delete' ? 'unsafe' : scan(node.argument, call, isConstant);
    case 'AssignmentExpression': {
      const { left, operator, right } = node;
      if (left.type === 'Identifier') return operator === '=' || isConstant(left.name) ? scan(right, call, isConstant) : 'unsafe';
      if (operator !== '=' || isWithin(call, left)) return 'unsafe';
      return inOrder([left.object, ...(left.computed ? [left.property] : []), right]);
    }
    case 'CallExpression':
    case 'NewExpression':
      return inOrder([node.callee, ...node.arguments]);
    case 'MemberExpression':
      return inOrder([node.object, ...(node.computed ? [node.property] : [])]);
    case 'SequenceExpression':
      return inOrder(node.expressions);
    default:
      return 'unsafe';
  }
}

/** Whether a value is the same before and after the body. */
export function isSteady(node: Node, isConstant: Constant): boolean {
  switch (node.type) {
    case 'Literal':
      return !node.regex;
    case 'Identifier':
      return isConstant(node.name);
    case 'UnaryExpression':
      return node.operator !== 'delete' && isSteady(node.argument, isConstant);
    case 'BinaryExpression':
    case 'LogicalExpression':
      return isSteady(node.left, isConstant) && isSteady(node.right, isConstant);
    default:
      return false;
  }
}

/** The names that an expression assigns. */
export function findWrites(node: Node): Set<string> {
  const names = new Set<string>();
  some(node, (part) => {
    const target = part.type === 'AssignmentExpression' ? part.left : part.type === 'UpdateExpression' ? part.argument : null;
    if (target?.type === 'Identifier') names.add(target.name);
    return false;
  }, true);
  return names;
}

/** Whether an inner function uses the name, and so may change or read it at any time. */
export function isCaptured(scope: Scope, name: string): boolean {
  return scope.inner.some((inner) => !inner.names.has(name) && (inner.uses.some((use) => use.name === name) || isCaptured(inner, name)));
}
