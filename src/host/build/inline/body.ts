/** Turns the body of a function into statements of its caller. */
import { children, isFunction, some, type Node } from '../gate/tree';
import { Traced, type Edit } from './traced';

/** What replaces `return value;` in the caller; null stands for a return without a value. */
export type Return = (value: Traced | null) => Traced;

/** Whether nothing runs after the statements: every path through them ends with a return. */
export function alwaysReturns(list: Node[]): boolean {
  const last = list[list.length - 1];
  switch (last?.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return true;
    case 'BlockStatement':
      return alwaysReturns(last.body);
    case 'IfStatement':
      return !!last.alternate && alwaysReturns([last.consequent]) && alwaysReturns([last.alternate]);
    case 'SwitchStatement':
      return (
        last.cases.some((branch: Node) => !branch.test) &&
        !last.cases.some((branch: Node) => branch.consequent.some(breaksOut)) &&
        alwaysReturns(last.cases[last.cases.length - 1].consequent)
      );
    default:
      return false;
  }
}

/** Whether a break in the statement leaves the switch around it. */
function breaksOut(node: Node): boolean {
  if (node.type === 'BreakStatement') return true;
  if (isFunction(node) || isLoop(node) || node.type === 'SwitchStatement') return false;
  return children(node).some(breaksOut);
}

export function isLoop({ type }: Node): boolean {
  return type === 'ForStatement' || type === 'ForInStatement' || type === 'WhileStatement' || type === 'DoWhileStatement';
}

function returns(node: Node): boolean {
  return some(node, ({ type }) => type === 'ReturnStatement');
}

/** Statements whose only return, if any, is the last of them. */
export function isStraight(list: Node[]): boolean {
  return !list.some((node, i) => returns(node) && (node.type !== 'ReturnStatement' || i < list.length - 1));
}

/**
 * The statements with each return replaced. Code after a conditional return moves into the other branch. Undefined if that would need a jump: for a
 * return inside a loop or a switch, or a statement that may or may not return on both branches.
 */
export function unwind(list: Node[], code: Traced, edits: Edit[], onReturn: Return): Traced | undefined {
  const parts: (Traced | string)[] = [];
  for (let i = 0; i < list.length; i++) {
    const node = list[i]!;
    if (!returns(node)) {
      parts.push(code.edit(node.start, node.end, edits), '\n');
      continue;
    }
    if (node.type === 'ReturnStatement') {
      parts.push(onReturn(node.argument && code.edit(node.argument.start, node.argument.end, edits)));
      return Traced.join(parts);
    }
    const rest = list.slice(i + 1);
    if (node.type === 'BlockStatement') {
      const inner = unwind([...node.body, ...rest], code, edits, onReturn);
      return inner && Traced.join([...parts, inner]);
    }
    if (node.type !== 'IfStatement') return undefined;
    const [yes, no] = [[node.consequent], node.alternate ? [node.alternate] : []];
    const ends = [alwaysReturns(yes), alwaysReturns(no)];
    if (rest.length && !ends[0] && !ends[1]) return undefined;
    const then = unwind(ends[0] ? yes : [...yes, ...rest], code, edits, onReturn);
    const other = unwind(ends[0] ? [...no, ...rest] : no, code, edits, onReturn);
    if (!then || !other) return undefined;
    return Traced.join([...parts, 'if (', code.edit(node.test.start, node.test.end, edits), ') {', then, '}', ...(other.text ? [' else {', other, '}'] : [])]);
  }
  return Traced.join(parts);
}
