/** Walks an ESTree (ES5) program made by acorn. */
import { parse, type Node as AcornNode } from 'acorn';

/** A syntax node; its fields depend on its type. */
export interface Node extends AcornNode {
  [field: string]: any;
}

/** One thing that the gate found. `at` is an offset into the code. */
export interface Finding {
  rule: string;
  at: number;
  why: string;
}

/** Receives a finding. */
export type Report = (rule: string, node: Node, why: string) => void;

/** Parses a program as ES5, as a script whose top level is a function scope. Throws acorn's SyntaxError with `pos`. */
export function parseProgram(code: string): Node {
  return parse(code, { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true }) as Node;
}

/** Parses an ECMAScript module. Throws acorn's SyntaxError. */
export function parseModule(code: string): Node {
  return parse(code, { ecmaVersion: 2022, sourceType: 'module' }) as Node;
}

/** The node's children in source order. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof item.type === 'string') found.push(item);
    } else if (value && typeof value.type === 'string') found.push(value);
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Calls `enter` for the node and everything below it; `parents` ends with the node's parent. */
export function walk(node: Node, enter: (node: Node, parents: Node[]) => void, parents: Node[] = []): void {
  enter(node, parents);
  parents.push(node);
  for (const child of children(node)) walk(child, enter, parents);
  parents.pop();
}

export function isFunction(node: Node): boolean {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression';
}

/** Whether `inner` lies within `outer`. */
export function isWithin(inner: Node, outer: Node): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** Whether `test` holds for the node or a descendant. Inner functions are skipped unless `deep` is set. */
export function some(node: Node, test: (node: Node) => boolean, deep = false): boolean {
  if (test(node)) return true;
  return children(node).some((child) => (deep || !isFunction(child)) && some(child, test, deep));
}

/** Whether the value of the expression with these ancestors is used. */
export function isValueUsed(node: Node, parents: Node[]): boolean {
  for (let i = parents.length; i--; ) {
    const parent = parents[i];
    switch (parent.type) {
      case 'ExpressionStatement':
        return false;
      case 'SequenceExpression':
        if (parent.expressions[parent.expressions.length - 1] !== node) return false;
        break;
      case 'LogicalExpression':
        if (parent.right !== node) return true;
        break;
      case 'ConditionalExpression':
        if (parent.test === node) return true;
        break;
      case 'UnaryExpression':
        return parent.operator !== 'void';
      case 'ForStatement':
        return parent.test === node;
      default:
        return true;
    }
    node = parent;
  }
  return true;
}
