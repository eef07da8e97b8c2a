/**
 * Merges functions that are never called in normal operation (calls.ts): those with the same number of parameters become one function, `f(k, a, b)`,
 * whose first argument selects one. On Espruino each function takes 6 JsVars and one for each parameter, whatever its length. In return, a call reads
 * over the text of the preceding ones. This runs after the minifier, which would undo it.
 */
import type { MinifyOptions } from 'terser';
import { allScopes, buildScopes, resolveName, type Scope, type Use } from './gate/scope';
import { parseProgram, some, walk, type Node } from './gate/tree';
import { alwaysReturns } from './inline/body';
import { Traced, type Edit } from './inline/traced';
import type { SourceMap } from './minify';
import { findStartup } from './startup';

/** Maximum characters of a merged function: in a longer one a call would read over too much text. */
const LONGEST = 2500;

interface Fn {
  name: string;
  node: Node;
  scope: Scope;
  calls: Node[];
}

/** The cold functions of a script's top level that can be merged: those that are only called. */
function findCold(program: Node, root: Scope, isCold: (name: string) => boolean, startup: string[]): Fn[] {
  const called = new Map<Node, Node>();
  walk(program, (node) => void (node.type === 'CallExpression' && called.set(node.callee, node)));
  const uses = new Map<string, Use[]>();
  for (const scope of allScopes(root))
    for (const use of scope.uses) if (resolveName(scope, use.name) === root) uses.set(use.name, [...(uses.get(use.name) ?? []), use]);
  const found: Fn[] = [];
  for (const scope of root.inner) {
    const { node } = scope;
    if (node.type !== 'FunctionDeclaration' || root.names.get(node.id.name)!.length > 1) continue;
    const name = node.id.name as string;
    const mine = uses.get(name) ?? [];
    const calls = mine.map((use) => called.get(use.node));
    if (!isCold(name) || startup.includes(name) || !mine.length || mine.some((use) => use.writes) || calls.some((call) => !call || call.arguments.length > node.params.length)) continue;
    const places = [...scope.names].filter(([name]) => name !== 'arguments').map(([, list]) => list);
    if (scope.inner.length || scope.catches.length || places.some((list) => list.length > 1 && list.some(({ kind }) => kind === 'parameter'))) continue;
    if (scope.uses.some((use) => use.name === 'arguments' || use.name === 'eval') || some(node.body, ({ type }) => type === 'ThisExpression')) continue;
    found.push({ name, node, scope, calls: calls as Node[] });
  }
  return found;
}

/**
 * Groups functions with the same number of parameters, in the order of the script, up to the maximum size. A group of one is left out, because it
 * saves nothing.
 */
function fillBins(functions: Fn[]): Fn[][] {
  const bins: Fn[][] = [];
  const open = new Map<number, { list: Fn[]; length: number }>();
  for (const fn of functions) {
    const { length } = fn.node.params;
    const size = fn.node.end - fn.node.start;
    let bin = open.get(length);
    if (!bin || bin.length + size > LONGEST) {
      bin = { list: [], length: 0 };
      open.set(length, bin);
      bins.push(bin.list);
    }
    bin.list.push(fn);
    bin.length += size;
  }
  return bins.filter(({ length }) => length > 1);
}

/** A name of two letters that is neither used in the script nor in `reserved`. */
function freshName(names: Set<string>): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (const first of letters)
    for (const second of letters + letters.toUpperCase()) {
      const name = first + second;
      if (names.has(name)) continue;
      names.add(name);
      return name;
    }
  throw new Error('no name is left');
}

/** The script with its cold functions merged. `reserved`: names that must not be used. */
export function mergeFunctions(code: string, isCold: (name: string) => boolean, reserved: string[] = []): { code: string; map: SourceMap; merged: string[][] } {
  const program = parseProgram(code);
  const root = buildScopes(program);
  const bins = fillBins(findCold(program, root, isCold, findStartup(code).functions));
  const names = new Set([...reserved, 'do', 'if', 'in', 'of', 'as']);
  walk(program, (node) => void (node.type === 'Identifier' && names.add(node.name)));
  const text = Traced.original(code);
  const edits: Edit[] = [];
  const merged = bins.map((bin) => ({ bin, name: freshName(names) }));
  for (const { bin, name } of merged)
    for (const [k, fn] of bin.entries()) {
      for (const { callee, arguments: given } of fn.calls) {
        edits.push({ start: callee.start, end: callee.end, text: name });
        // After the opening parenthesis of the call, which is not in the tree.
        const at = code.indexOf('(', callee.end) + 1;
        edits.push({ start: at, end: at, text: given.length ? `${k},` : `${k}` });
      }
      edits.push(...renameOwn(fn, k));
    }
  const whole: Edit[] = [];
  for (const { bin, name } of merged) {
    const parts: (Traced | string)[] = [`function ${name}(${['which$', ...bin[0]!.node.params.map((_: Node, i: number) => `given$${i}`)].join()}){`];
    for (const [k, { node }] of bin.entries()) {
      const body = text.edit(node.body.start + 1, node.body.end - 1, edits);
      if (k === bin.length - 1) parts.push(body);
      else parts.push(`if(which$<${k + 1}){`, body, alwaysReturns(node.body.body) ? '}' : ';return;}');
      if (k) whole.push({ start: node.start, end: node.end, text: '' });
    }
    parts.push('}');
    const [first] = bin;
    whole.push({ start: first!.node.start, end: first!.node.end, text: Traced.join(parts) });
  }
  const inside = (one: Edit) => whole.some(({ start, end }) => one.start >= start && one.end <= end);
  const result = text.edit(0, code.length, [...whole, ...edits.filter((one) => !inside(one))]);
  return { code: result.text, map: result.mapTo(code), merged: bins.map((bin) => bin.map(({ name }) => name)) };
}

/** Renames the parameters and variables of a function: a variable of one branch has no meaning in another. */
function renameOwn({ node, scope }: Fn, k: number): Edit[] {
  const edits: Edit[] = [];
  const parameters = (node.params as Node[]).map(({ name }) => name as string);
  for (const [name, places] of scope.names) {
    if (name === 'arguments') continue;
    const at = parameters.indexOf(name);
    const to = at < 0 ? `${name}$${k}$` : `given$${at}`;
    for (const use of scope.uses) if (use.name === name) edits.push({ start: use.node.start, end: use.node.end, text: to });
    for (const place of places) if (place.kind === 'var') edits.push({ start: place.at, end: place.at + name.length, text: to });
  }
  return edits;
}

/** Terser's options to shorten the names inside functions, and change nothing else. */
export function renameOptions(reserved: string[]): MinifyOptions {
  return { ecma: 5, compress: false, mangle: { reserved }, format: { ecma: 5, ascii_only: true } };
}
