/** Rules about values: where engines read or keep a value that differs from the language. */
import { allScopes, resolveName, type Scope } from './scope';
import { isFunction, isValueUsed, some, walk, type Node, type Report } from './tree';

/** Rules: element-value, compound, late-read. */
export function checkValues(root: Scope, report: Report): void {
  const scopes = new Map(allScopes(root).map((scope) => [scope.node, scope]));
  const written = capturedAndWritten(root);
  walk(root.node, (node, parents) => {
    const owner = scopes.get([...parents].reverse().find(isFunction) ?? root.node)!;
    if (node.type === 'AssignmentExpression') {
      if (isElement(node.left) && !isSmall(node) && isValueUsed(node, parents))
        report('element-value', node, 'the value of an assignment to an element is the truncated element on Espruino');
      if (node.operator !== '=') checkCompound(node, owner, written, report);
    } else if (node.type === 'UpdateExpression') {
      if (node.prefix && isElement(node.argument) && isValueUsed(node, parents))
        report('element-value', node, 'the value of ++ on an element is the truncated element on Espruino');
    } else if (node.type === 'BinaryExpression' && node.left.type === 'Identifier' && writesTo(node.right, node.left.name)) {
      report('late-read', node, `${node.left.name} is assigned on the right of an operator that has read it: Duktape reads it after that`);
    }
  });
}

/** Whether the node may be an element of a typed array: not a name, and not a number that is a resource id rather than an index. */
function isElement(node: Node): boolean {
  if (node.type !== 'MemberExpression' || !node.computed) return false;
  const { type, value } = node.property;
  return type !== 'Literal' || (typeof value === 'number' && value < 2048);
}

/** `u[i] = v[i] = 0`: a value that fits into every element is not truncated. */
function isSmall({ operator, right }: Node): boolean {
  return operator === '=' && right.type === 'Literal' && right.value >= 0 && right.value < 128 && right.value % 1 === 0;
}

function isChange(node: Node): boolean {
  return node.type === 'AssignmentExpression' || node.type === 'UpdateExpression';
}

/** A call that may change a variable: any except the language's own functions without a callback. */
function isCall(node: Node): boolean {
  if (node.type === 'NewExpression') return true;
  if (node.type !== 'CallExpression') return false;
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed) return true;
  const owner = callee.object.type === 'Identifier' ? callee.object.name : '';
  return !(owner === 'Math' || owner === 'String' || /^char(Code)?At$/.test(callee.property.name));
}

/** The target of an assignment or ++. */
function targetOf(node: Node): Node {
  return node.type === 'UpdateExpression' ? node.argument : node.left;
}

function writesTo(node: Node, name: string): boolean {
  return some(node, (part) => isChange(part) && targetOf(part).type === 'Identifier' && targetOf(part).name === name);
}

/**
 * `x op= right`: Espruino first resolves x, but reads its value after computing the right side. That is wrong if the right side may change x. A local
 * variable that no inner function writes is changed only by an assignment in the right side; a property by an assignment to any property; a property
 * or any other variable by any call.
 */
function checkCompound(node: Node, owner: Scope, written: Set<string>, report: Report): void {
  const { left, right } = node;
  if (left.type === 'Identifier') {
    if (writesTo(right, left.name))
      report('compound', node, `the right side of ${left.name}${node.operator} assigns ${left.name}: Espruino reads the left side last`);
    else if ((resolveName(owner, left.name) !== owner || written.has(key(owner, left.name))) && some(right, isCall))
      report('compound', node, `the right side of ${left.name}${node.operator} calls, and ${left.name} is not private to this function: Espruino reads it last`);
  } else if (some(right, isCall) || some(right, (part) => isChange(part) && targetOf(part).type === 'MemberExpression')) {
    report('compound', node, 'the right side calls or assigns a property, and Espruino reads the left side last: use a variable for it');
  }
}

function key(scope: Scope, name: string): string {
  return scope.node.start + ' ' + name;
}

/** Names of variables that an inner function assigns; for variables of the program, any other function. */
function capturedAndWritten(root: Scope): Set<string> {
  const found = new Set<string>();
  for (const scope of allScopes(root)) {
    for (const use of scope.uses) {
      const home = use.writes && resolveName(scope, use.name);
      if (home && home !== scope) found.add(key(home, use.name));
    }
  }
  return found;
}
