/**
 * Orders the names of a script by use: Espruino searches a name from the first on, and each name before it costs about twenty instructions. Functions
 * and variables without an initial value move to the start. The number of look-ups is estimated from the call counts (calls.ts) of the functions that
 * use the name.
 */
import { allScopes, buildScopes, resolveName } from './gate/scope';
import { parseProgram, type Node } from './gate/tree';
import { Traced } from './inline/traced';
import type { SourceMap } from './minify';

/** The script in the new order. `callsOf`: how often a top-level function is called. */
export function orderNames(code: string, callsOf: (name: string) => number): { code: string; map: SourceMap } {
  const program = parseProgram(code);
  const root = buildScopes(program);
  const asked = new Map<string, number>();
  for (const inner of root.inner) {
    const calls = inner.node.type === 'FunctionDeclaration' ? callsOf(inner.node.id.name) : 0;
    for (const scope of allScopes(inner)) for (const { name } of scope.uses) if (resolveName(scope, name) === root) asked.set(name, (asked.get(name) ?? 0) + calls);
  }
  const text = Traced.original(code);
  const moved: { name: string; isFunction: boolean; text: Traced }[] = [];
  const rest: (Traced | string)[] = [];
  const isSingle = (name: string) => root.names.get(name)!.length === 1;
  for (const node of program.body as Node[]) {
    if (node.type === 'FunctionDeclaration' && isSingle(node.id.name)) moved.push({ name: node.id.name, isFunction: true, text: text.slice(node.start, node.end) });
    else if (node.type === 'VariableDeclaration') {
      const stay: (Traced | string)[] = [];
      for (const { id, init, start, end } of node.declarations as Node[]) {
        if (!init && isSingle(id.name)) moved.push({ name: id.name, isFunction: false, text: text.slice(start, end) });
        else stay.push(stay.length ? ',' : 'var ', text.slice(start, end));
      }
      if (stay.length) rest.push(...stay, ';');
    } else rest.push(text.slice(node.start, node.end), /[;}]$/.test(code.slice(node.start, node.end)) && node.type !== 'ExpressionStatement' ? '' : code[node.end - 1] === ';' ? '' : ';');
  }
  // Names without counts stay as they are. One var for many names is shorter than many vars: first the variables that are used, then functions, then the rest.
  const sorted = moved.map((one, i) => ({ ...one, i, asked: asked.get(one.name) ?? 0 })).sort((a, b) => b.asked - a.asked || a.i - b.i);
  const declare = (some: typeof sorted) => (some.length ? ['var ', ...some.flatMap((one, i) => (i ? [',', one.text] : [one.text])), ';'] : []);
  const variables = sorted.filter(({ isFunction }) => !isFunction);
  const front = [...declare(variables.filter(({ asked }) => asked)), ...sorted.filter(({ isFunction }) => isFunction).map(({ text }) => text), ...declare(variables.filter(({ asked }) => !asked))];
  const result = Traced.join([...front, ...rest, '\n']);
  return { code: result.text, map: result.mapTo(code) };
}
