/** Rules about single constructs that an engine refuses or silently gets wrong. */
import { isFunction, some, walk, type Node, type Report } from './tree';

/**
 * Rules: bare-return, label, case-order, do-in-switch, for-init, case-string, comma-index, regex, accessor, hole, array-length, for-in-delete,
 * non-ascii.
 */
export function checkShape(program: Node, code: string, report: Report): void {
  walk(program, (node, parents) => {
    switch (node.type) {
      case 'ReturnStatement':
        if (!node.argument && code.slice(node.end).trimStart()[0] === '}' && code[node.end - 1] !== ';' && closesFunction(node, parents))
          report('bare-return', node, 'Espruino cannot parse a function that ends with return and no semicolon: let it fall off its end');
        return;
      case 'LabeledStatement':
        return report('label', node, 'Espruino has no labels');
      case 'SwitchStatement':
        return checkSwitch(node, code, report);
      case 'ForStatement':
        if (node.init) checkForInit(node.init, code, report);
        return;
      case 'ForInStatement':
        if (some(node.body, (part) => part.type === 'UnaryExpression' && part.operator === 'delete'))
          report('for-in-delete', node, 'Espruino ends for…in after the first delete inside it: collect the keys first');
        return;
      case 'MemberExpression':
        if (node.computed && node.property.type === 'SequenceExpression')
          report('comma-index', node.property, 'a comma inside an index is a syntax error on Espruino');
        return;
      case 'Literal':
        if (node.regex) report('regex', node, 'regular expressions are missing on small builds');
        return;
      case 'Property':
        if (node.kind !== 'init') report('accessor', node, 'getters and setters are missing on small builds');
        return;
      case 'ArrayExpression':
        if (node.elements.includes(null)) report('hole', node, 'MicroQuickJS refuses arrays with holes');
        return;
      case 'AssignmentExpression':
      case 'UpdateExpression':
        return checkLength(node, parents, report);
    }
  });
  const odd = /[^\t\n\r\x20-\x7e]/.exec(code);
  if (odd) report('non-ascii', { type: '', start: odd.index, end: odd.index + 1 }, 'a character beyond ASCII is two on most boards');
}

// Whether the node is the last thing before the brace that ends a function: Espruino sees the text without that brace.
function closesFunction(node: Node, parents: Node[]): boolean {
  let at = node;
  for (let i = parents.length - 1; i >= 0; i--) {
    const parent = parents[i]!;
    if (isFunction(parent)) return true;
    if (parent.type === 'BlockStatement') {
      if (parent.body[parent.body.length - 1] !== at || !isFunction(parents[i - 1] ?? parent)) return false;
    }
    at = parent;
  }
  return false;
}

function checkSwitch(node: Node, code: string, report: Report): void {
  const last = node.cases.findIndex((branch: Node) => !branch.test);
  if (last >= 0 && last < node.cases.length - 1)
    report('case-order', node.cases[last + 1], 'Espruino refuses a case behind default');
  for (const branch of node.cases as Node[]) {
    const first = branch.consequent[0];
    if (first && /['"]/.test(code[first.start]))
      report('case-string', first, 'Espruino reads a string literal at the start of a case as empty');
  }
  walkOwn(node, (part) => {
    if (part.type === 'DoWhileStatement')
      report('do-in-switch', part, 'Espruino runs what follows a do…while in a case that it skips');
  });
}

function checkForInit(init: Node, code: string, report: Report): void {
  if (code.startsWith('function', init.start)) report('for-init', init, 'Espruino cannot parse a head of a for that starts with a function');
  walk(init, (part) => {
    if (part.type === 'BinaryExpression' && part.operator === 'in')
      report('for-init', part, 'Espruino cannot parse `in` inside the head of a for');
  });
}

function checkLength(node: Node, parents: Node[], report: Report): void {
  const target = node.type === 'UpdateExpression' ? node.argument : node.left;
  if (target.type !== 'MemberExpression' || target.computed || target.property.name !== 'length') return;
  // `this.length = n` in one of our constructors is not an array's length.
  if (target.object.type === 'ThisExpression' && parents.some(isFunction)) return;
  report('array-length', node, 'Espruino cannot assign to the length of an array');
}

/** Like walk, but does not enter inner functions. */
function walkOwn(node: Node, enter: (node: Node) => void): void {
  some(node, (part) => {
    enter(part);
    return false;
  });
}
