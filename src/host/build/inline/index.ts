/**
 * Inlines functions with one caller: the call, the parameters and the function itself disappear, each of which costs bytes, and memory on a device.
 * This happens on the call graph before the minifier, which then shrinks the combined code. Anything doubtful stays: a closure, `this`, a call that
 * may be skipped in the middle of an expression or that follows something the function might change, a return out of a loop.
 */
import { parse } from 'acorn';
import { allScopes, buildScopes, resolveName, type Scope, type Use } from '../gate/scope';
import { isFunction, parseProgram, some, walk, type Node } from '../gate/tree';
import type { SourceMap } from '../minify';
import { toScript } from '../modules';
import { alwaysReturns, isLoop, isStraight, unwind, type Return } from './body';
import { findSite, findWrites, isCaptured, isSteady, type Site } from './site';
import { Traced, type Edit } from './traced';

/** A function with one call, and its caller. */
export interface Pair {
  name: string;
  caller: string;
  /** Approximate number of characters after minification. */
  length: number;
}

/**
 * Inlines each function that has one caller, can be inlined, and for which `wanted` returns true. Only functions of the top level are inlined, and
 * only into each other. `modules`: the script is an ECMAScript module.
 */
export function inlineFunctions(code: string, wanted: (pair: Pair) => boolean, modules = false): { code: string; map: SourceMap; inlined: Pair[] } {
  let text = Traced.original(code);
  const inlined: Pair[] = [];
  for (;;) {
    const round = inlineRound(text, wanted, modules);
    if (!round.pairs.length) return { code: text.text, map: text.mapTo(code), inlined };
    text = round.text;
    inlined.push(...round.pairs);
  }
}

/** A function of the top level. */
interface Fn {
  node: Node;
  scope: Scope;
}

interface Call {
  node: Node;
  /** From the program to the call's parent. */
  parents: Node[];
}

/** What is known about the script. */
interface Program {
  text: Traced;
  root: Scope;
  functions: Map<string, Fn>;
  /** All names in it, of any kind. */
  names: Set<string>;
  /** Names of the top level that are assigned after their declaration. */
  written: Set<string>;
}

function readProgram(text: Traced, modules: boolean): { program: Program; calls: Map<string, Call> } {
  const tree = parseProgram(modules ? toScript(text.text) : text.text);
  const root = buildScopes(tree);
  const functions = new Map<string, Fn>();
  for (const scope of root.inner) if (scope.node.type === 'FunctionDeclaration') functions.set(scope.node.id.name, { node: scope.node, scope });
  const uses = new Map<string, Use[]>();
  const written = new Set<string>();
  for (const scope of allScopes(root))
    for (const use of scope.uses) {
      if (resolveName(scope, use.name) !== root) continue;
      if (use.writes) written.add(use.name);
      uses.set(use.name, [...(uses.get(use.name) ?? []), use]);
    }
  for (const [name, places] of root.names) if (places.length > 1) written.add(name);
  const single = new Map<Node, string>();
  for (const [name, list] of uses) if (functions.has(name) && list.length === 1 && !written.has(name)) single.set(list[0]!.node, name);
  const calls = new Map<string, Call>();
  const names = new Set<string>();
  walk(tree, (node, parents) => {
    if (node.type === 'Identifier') names.add(node.name);
    const name = node.type === 'CallExpression' && single.get(node.callee);
    if (name) calls.set(name, { node, parents: [...parents] });
  });
  return { program: { text, root, functions, names, written }, calls };
}

/** Functions inlined in this round, each function and each caller once. Functions that still contain calls to inline wait for the next round. */
function inlineRound(text: Traced, wanted: (pair: Pair) => boolean, modules: boolean): { text: Traced; pairs: Pair[] } {
  const { program, calls } = readProgram(text, modules);
  const candidates = new Map<string, { call: Call; callee: Fn; caller: Fn; pair: Pair }>();
  for (const [name, call] of calls) {
    const callee = program.functions.get(name)!;
    const home = call.parents.filter(isFunction);
    const caller = home.length === 1 && home[0]!.type === 'FunctionDeclaration' ? program.functions.get(home[0]!.id.name) : undefined;
    if (!caller || caller === callee) continue;
    const pair = { name, caller: caller.node.id.name as string, length: weigh(text.text.slice(callee.node.start, callee.node.end)) };
    if (wanted(pair)) candidates.set(name, { call, callee, caller, pair });
  }
  const edits: Edit[] = [];
  const pairs: Pair[] = [];
  const touched = new Set<Fn>();
  for (const { call, callee, caller, pair } of candidates.values()) {
    if (touched.has(callee) || touched.has(caller)) continue;
    const edit = inlineCall(program, callee, caller, call);
    if (!edit) continue;
    for (const one of [callee, caller]) touched.add(one);
    edits.push(edit, { start: callee.node.start, end: callee.node.end, text: '' });
    pairs.push(pair);
  }
  return { text: text.edit(0, text.text.length, edits), pairs };
}

/** Approximate number of characters of a text after names are shortened and spaces removed. */
export function weigh(code: string): number {
  let sum = 0;
  parse(code, { ecmaVersion: 5, onToken: ({ start, end, type }) => void (sum += type.label === 'name' ? Math.min(end - start, 2) : end - start) });
  return sum;
}

/** Names of the language that are never assigned. */
const FIXED = ['undefined', 'NaN', 'Infinity', 'Math', 'String', 'Number', 'Array', 'Object', 'Uint8Array', 'isNaN', 'isFinite', 'parseInt', 'parseFloat'];

/** Whether a function can become statements of another one at all. */
function isMovable({ node, scope }: Fn): boolean {
  if (scope.inner.length || scope.catches.length) return false;
  for (const [name, places] of scope.names) {
    // A parameter that is declared again, or two parameters of the same name.
    if (places.length > 1 && places.some(({ kind }) => kind === 'parameter')) return false;
    if (name === 'arguments' && places.length > 1) return false;
  }
  return !some(node.body, ({ type }) => type === 'ThisExpression') && !scope.uses.some(({ name }) => name === 'arguments' || name === 'eval');
}

/** The statement or declarator that contains the call, and whether the call is inside a loop or a switch. */
function findStatement({ parents }: Call): { statement: Node; declaration?: Node; loops: boolean; switches: boolean } | undefined {
  const from = parents.findLastIndex(isFunction);
  let at = parents.length - 1;
  while (at > from && !/Statement$|^VariableDeclara/.test(parents[at]!.type)) at--;
  const statement = parents[at]!;
  const declaration = statement.type === 'VariableDeclarator' ? parents[at - 1]! : undefined;
  const holder = parents[declaration ? at - 2 : at - 1]!;
  const outer = declaration ?? statement;
  // The head of a loop has no place for statements.
  if (isLoop(holder) && holder.body !== outer) return undefined;
  if (isLoop(statement)) return undefined;
  const above = parents.slice(from + 1, at);
  return { statement, declaration, loops: above.some(isLoop), switches: above.some(({ type }) => type === 'SwitchStatement') };
}

/** The call's statement with the function's body in it; undefined if the meaning would change. */
function inlineCall(program: Program, callee: Fn, caller: Fn, call: Call): Edit | undefined {
  const { text, root } = program;
  const place = findStatement(call);
  if (!place || !isMovable(callee)) return undefined;
  // The minifier may give a variable the name of a catch parameter, which MicroQuickJS refuses.
  if (caller.scope.catches.length && callee.scope.names.size) return undefined;
  const { statement, declaration, loops, switches } = place;
  const list = callee.node.body.body as Node[];
  // Espruino runs the code after a do…while in a case that it skips.
  if (switches && some(callee.node.body, ({ type }) => type === 'DoWhileStatement')) return undefined;

  const isLocal = (name: string) => caller.scope.names.has(name) && name !== 'arguments' && !isCaptured(caller.scope, name) && !caller.scope.catches.some((one) => one.name === name);
  const changed = new Set(call.node.arguments.flatMap((argument: Node) => [...findWrites(argument)]));
  const isFixed = (name: string) => (root.names.has(name) ? !program.written.has(name) : FIXED.includes(name)) && !caller.scope.catches.some((one) => one.name === name);
  const isConstant = (name: string) => !changed.has(name) && (caller.scope.names.has(name) ? isLocal(name) : isFixed(name));
  const site = findSite(statement, call.node, isConstant, isLocal);
  if (!site) return undefined;

  const entry = enter(program, callee, caller, call.node, isConstant, loops);
  if (!entry) return undefined;
  const { edits, head } = entry;
  const straight = isStraight(list);
  const bare = (node: Node, more: Edit[] = []) => text.edit(node.start, node.end, more);
  /** The body, with each return replaced by `onReturn`. */
  const body = (onReturn: Return) => {
    const inner = unwind(list, text, edits, onReturn);
    return inner && Traced.join([head, inner]);
  };
  const value = (given: Traced | null) => given ?? 'void 0';
  const last = list[list.length - 1];

  const form = (one: Site): Traced | undefined => {
    switch (one.kind) {
      case 'drop':
        return body((given) => Traced.join(given ? ['(', given, ');'] : []));
      case 'tail':
        if (!alwaysReturns(list)) return undefined;
        return Traced.join([head, text.edit(callee.node.body.start + 1, callee.node.body.end - 1, edits)]);
      case 'set': {
        if (!alwaysReturns(list)) return undefined;
        const declared = one.declares && straight ? 'var ' : '';
        const inner = body((given) => Traced.join([declared, one.name, ' = (', value(given), ');']));
        return inner && Traced.join([one.declares && !straight ? `var ${one.name};` : '', inner]);
      }
      case 'use':
        return use((given) => Traced.join([declaration ? 'var ' : '', bare(statement, [{ start: call.node.start, end: call.node.end, text: given }]), ';']));
      case 'branch': {
        const { test, inThen, other, before, tail } = one;
        if (statement.type === 'IfStatement') {
          const { right } = statement.test;
          const inner = use((given) => Traced.join(['if (', bare(right, [{ start: call.node.start, end: call.node.end, text: given }]), ') ', bare(statement.consequent)]));
          return inner && Traced.join(['if (', bare(test), ') {', inner, '}']);
        }
        const taken = form(one.call);
        const rest = Traced.join([one.head, bare(other!), tail]);
        return taken && Traced.join([before, 'if (', bare(test), ') {', inThen ? taken : rest, '} else {', inThen ? rest : taken, '}']);
      }
    }
  };
  /** The body, followed by the code that uses its value. */
  const use = (rest: (value: Traced) => Traced): Traced | undefined => {
    if (!alwaysReturns(list)) return undefined;
    if (straight && last?.type === 'ReturnStatement') return body((given) => rest(Traced.join(['(', value(given), ')'])));
    const name = freshName(callee.node.id.name + '$', program.names);
    const inner = body((given) => Traced.join([name, ' = (', value(given), ');']));
    return inner && Traced.join([`var ${name};`, inner, rest(Traced.join([name]))]);
  };

  const made = form(site);
  if (!made) return undefined;
  if (!declaration) return { start: statement.start, end: statement.end, text: Traced.join(['{', made, '}']) };
  const declarators = declaration.declarations as Node[];
  const i = declarators.indexOf(statement);
  const others = (some: Node[]) => (some.length ? ['var ', text.edit(some[0]!.start, some[some.length - 1]!.end, []), ';'] : []);
  return { start: declaration.start, end: declaration.end, text: Traced.join(['{', ...others(declarators.slice(0, i)), made, ...others(declarators.slice(i + 1)), '}']) };
}

/**
 * New names for a function's names in its caller (`edits`), and the declarations of its parameters (`head`), in the order of the arguments. A
 * parameter that is never assigned and receives a constant needs no declaration.
 */
function enter(program: Program, callee: Fn, caller: Fn, call: Node, isConstant: (name: string) => boolean, loops: boolean): { edits: Edit[]; head: Traced } | undefined {
  const { text, names } = program;
  const { scope, node } = callee;
  const parameters = (node.params as Node[]).map(({ name }) => name as string);
  if (call.arguments.length > parameters.length) return undefined;
  const taken = new Set<string>();
  some(caller.node, (part) => {
    if (part.type === 'Identifier') taken.add(part.name);
    return false;
  }, true);
  // A name of the script that is also a local name of the caller.
  const own = new Set(allScopes(caller.scope).flatMap((one) => [...one.names.keys(), ...one.catches.map(({ name }) => name)]));
  own.delete('arguments');
  if (scope.uses.some((use) => !scope.names.has(use.name) && own.has(use.name))) return undefined;

  const edits: Edit[] = [];
  const head: (Traced | string)[] = [];
  const rename = (name: string, to: Traced | string) => {
    for (const use of scope.uses) if (use.name === name) edits.push({ start: use.node.start, end: use.node.end, text: to });
    for (const { kind, at } of scope.names.get(name)!) if (kind === 'var') edits.push({ start: at, end: at + name.length, text: to });
  };
  for (const [i, name] of parameters.entries()) {
    const argument = call.arguments[i] as Node | undefined;
    const mine = scope.uses.filter((use) => use.name === name);
    const given = argument ? text.edit(argument.start, argument.end, []) : 'void 0';
    const short = !argument || argument.type === 'Identifier' || (argument.type === 'Literal' && typeof argument.value !== 'string') || mine.length < 2;
    if (!mine.some(({ writes }) => writes) && short && (!argument || isSteady(argument, isConstant))) {
      rename(name, argument?.type === 'Identifier' ? given : Traced.join(['(', given, ')']));
      continue;
    }
    const called = taken.has(name) ? freshName(name, names) : name;
    if (called !== name) rename(name, called);
    head.push(`var ${called} = `, given, ';\n');
  }
  for (const [name, places] of scope.names) {
    if (parameters.includes(name) || name === 'arguments') continue;
    // In a loop the variable would keep the value of the previous round.
    if (loops && places.length > 1) return undefined;
    if (taken.has(name)) rename(name, freshName(name, names));
  }
  if (loops)
    walk(node.body, (part, parents) => {
      const holder = parents[parents.length - 2];
      if (part.type === 'VariableDeclarator' && !part.init && holder?.type !== 'ForInStatement') edits.push({ start: part.id.end, end: part.id.end, text: ' = void 0' });
    });
  return { edits, head: Traced.join(head) };
}

/** An unused name similar to this one. Marks it as used. */
function freshName(name: string, names: Set<string>): string {
  let n = 1;
  while (names.has(`${name.replace(/\$\d*$/, '')}$${n}`)) n++;
  const fresh = `${name.replace(/\$\d*$/, '')}$${n}`;
  names.add(fresh);
  return fresh;
}
