/**
 * Lifts the client record: if a script has one client, the client's fields become variables of the script, and functions no longer receive it as an
 * argument. A parameter that is always the client is removed; this follows from its type or from all calls. Where a parameter is sometimes another
 * record, the client remains a record with the fields used there. This step runs before all others, on functions by name.
 */
import { allScopes, buildScopes, resolveName, type Scope, type Use } from '../gate/scope';
import { isFunction, parseProgram, walk, type Node } from '../gate/tree';
import { Traced, type Edit } from '../inline/traced';
import type { SourceMap } from '../minify';
import { toScript } from '../modules';
import { MARK, MARKED } from '../names';
import type { RecordTypes } from './types';

/** The error for a script that creates a second client. */
export const ONE_CLIENT = 'wixt: a script has one client; it takes several servers';

export interface Lifted {
  code: string;
  map: SourceMap;
  /** The fields that became variables, and those that remain fields. */
  fields: string[];
  kept: string[];
}

/**
 * The script with its client lifted; undefined if it creates none. `originOf`: the origin of a top-level name of the library. `modules`: the script
 * is an ECMAScript module.
 */
export function liftRecord(code: string, types: RecordTypes, originOf: (name: string) => string | undefined, modules = false): Lifted | undefined {
  return new Lift(code, types, originOf, modules).run();
}

interface Fn {
  name: string;
  node: Node;
  scope: Scope;
  /** Its calls; undefined if it is also used otherwise. */
  calls: Node[];
  isValue: boolean;
}

/** A parameter, as `function/place`. */
type Parameter = string;

class Lift {
  readonly #text: Traced;
  readonly #tree: Node;
  readonly #root: Scope;
  readonly #functions = new Map<string, Fn>();
  readonly #parents = new Map<Node, Node>();
  /** Parameters that are always the client. */
  readonly #always = new Set<Parameter>();
  /** Parameters that are sometimes the client. */
  readonly #sometimes = new Set<Parameter>();
  /** Every use of a name, with the parameter or local variable that it refers to. */
  readonly #uses: { use: Use; owner: string }[] = [];
  /** Local variables that are the client, as `function/name`. */
  readonly #aliases = new Set<string>();
  #creation: { fn: Fn; declaration: Node; literal: Node; name: string } | undefined;
  readonly #names = new Set<string>();

  constructor(
    private readonly code: string,
    private readonly types: RecordTypes,
    private readonly originOf: (name: string) => string | undefined,
    modules: boolean,
  ) {
    this.#text = Traced.original(code);
    this.#tree = parseProgram(modules ? toScript(code) : code);
    this.#root = buildScopes(this.#tree);
  }

  run(): Lifted | undefined {
    this.#read();
    if (!this.#creation) return undefined;
    this.#findParameters();
    const kept = this.#findKept();
    return this.#write(kept);
  }

  #read(): void {
    walk(this.#tree, (node, parents) => {
      if (node.type === 'Identifier') this.#names.add(node.name);
      this.#parents.set(node, parents[parents.length - 1]!);
    });
    for (const scope of this.#root.inner) {
      if (scope.node.type !== 'FunctionDeclaration' || this.#root.names.get(scope.node.id.name)!.length > 1) continue;
      const name = scope.node.id.name as string;
      this.#functions.set(name, { name, node: scope.node, scope, calls: [], isValue: false });
    }
    for (const scope of allScopes(this.#root))
      for (const use of scope.uses) {
        const home = resolveName(scope, use.name);
        if (home === this.#root) {
          const fn = this.#functions.get(use.name);
          const parent = this.#parents.get(use.node)!;
          if (fn && parent.type === 'CallExpression' && parent.callee === use.node) fn.calls.push(parent);
          else if (fn) fn.isValue = true;
        } else if (home && home.node.type === 'FunctionDeclaration' && this.#functions.get(home.node.id.name)?.scope === home) this.#uses.push({ use, owner: this.#ownerOf(home, use.name) });
      }
    for (const fn of this.#functions.values()) {
      const origin = this.originOf(fn.name);
      if (!origin) continue;
      walk(fn.node, (node, parents) => {
        if (node.type !== 'VariableDeclarator' || !this.types.variables.has(`${origin}/${node.id.name}`)) return;
        const declaration = parents[parents.length - 1]!;
        if (node.init?.type === 'ObjectExpression') {
          if (this.#creation || declaration.declarations.length > 1) throw new Error(`${origin}: a client is made in two places, and cannot be lifted`);
          this.#creation = { fn, declaration, literal: node.init, name: node.id.name };
        }
        this.#aliases.add(`${fn.name}/${node.id.name}`);
      });
    }
  }

  /** `function/place` of a parameter, `function/name` of a variable. */
  #ownerOf(scope: Scope, name: string): string {
    const place = (scope.node.params as Node[]).findIndex((one) => one.name === name);
    return `${scope.node.id.name}/${place < 0 ? name : place}`;
  }

  /** The parameter or variable that an expression refers to. */
  #ownerOfNode(node: Node): string | undefined {
    return node.type === 'Identifier' ? this.#byNode.get(node) : undefined;
  }
  #byNodeCache: Map<Node, string> | undefined;
  get #byNode(): Map<Node, string> {
    return (this.#byNodeCache ??= new Map(this.#uses.map(({ use, owner }) => [use.node, owner])));
  }

  #isClient(node: Node | undefined): boolean {
    if (!node) return false;
    const owner = this.#ownerOfNode(node);
    return owner !== undefined ? this.#always.has(owner) || this.#aliases.has(owner) : this.#isHeld(node);
  }

  /** Whether a field of another record holds the client, by its type. */
  #isHeld(node: Node): boolean {
    return node.type === 'MemberExpression' && !node.computed && MARKED.test(node.property.name) && this.types.fields.has('_' + node.property.name.slice(1));
  }

  #isTyped(fn: Fn, place: number): boolean {
    const origin = this.originOf(fn.name);
    return !!origin && !!this.types.parameters.get(origin)?.has(place);
  }

  #findParameters(): void {
    const written = new Set(this.#uses.filter(({ use }) => use.writes).map(({ owner }) => owner));
    for (const owner of this.#aliases) if (written.has(owner)) throw new Error(`${owner}: the client is assigned, and cannot be lifted`);
    for (const fn of this.#functions.values())
      for (const [i, { name }] of (fn.node.params as Node[]).entries()) {
        const owner = `${fn.name}/${i}`;
        const single = fn.scope.names.get(name)!.length === 1;
        if (this.#isTyped(fn, i) && written.has(owner)) throw new Error(`${owner}: the client is assigned, and cannot be lifted`);
        if (single && !written.has(owner) && (this.#isTyped(fn, i) || (!fn.isValue && fn.calls.length))) this.#always.add(owner);
      }
    for (let changed = true; changed; ) {
      changed = false;
      for (const owner of this.#always) {
        const { fn, place } = this.#split(owner);
        if (this.#isTyped(fn, place)) continue;
        if (fn.calls.every((call) => this.#isClient(call.arguments[place]))) continue;
        this.#always.delete(owner);
        changed = true;
      }
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (const fn of this.#functions.values())
        for (const call of fn.calls)
          for (const [i, argument] of (call.arguments as Node[]).entries()) {
            const owner = `${fn.name}/${i}`;
            if (this.#always.has(owner) || this.#sometimes.has(owner)) continue;
            const given = this.#ownerOfNode(argument);
            if (!this.#isClient(argument) && !(given && this.#sometimes.has(given))) continue;
            this.#sometimes.add(owner);
            changed = true;
          }
    }
  }

  #split(owner: Parameter): { fn: Fn; place: number } {
    const at = owner.lastIndexOf('/');
    return { fn: this.#functions.get(owner.slice(0, at))!, place: Number(owner.slice(at + 1)) };
  }

  /** Fields that remain: those used where the client is one of several records. */
  #findKept(): Set<string> {
    const kept = new Set<string>();
    for (const { use, owner } of this.#uses) {
      if (!this.#sometimes.has(owner)) continue;
      const parent = this.#parents.get(use.node)!;
      if (parent.type === 'MemberExpression' && parent.object === use.node) {
        if (parent.computed) throw new Error(`${owner}: a field that is not known, so the client cannot be lifted`);
        kept.add(parent.property.name);
      }
    }
    return kept;
  }

  #fresh(name: string): string {
    let text = name + '$';
    for (let n = 1; this.#names.has(text); n++) text = `${name}$${n}`;
    this.#names.add(text);
    return text;
  }

  #write(kept: Set<string>): Lifted {
    const { declaration, literal, fn: maker } = this.#creation!;
    const record = this.#fresh('client');
    const made = this.#fresh('made');
    const variables = new Map<string, string>();
    const variable = (field: string) => {
      if (!variables.has(field)) variables.set(field, this.#fresh(field.slice(1)));
      return variables.get(field)!;
    };
    const edits: Edit[] = [];
    // Parts that are removed as a whole; edits within them are dropped.
    const dropped: Edit[] = [];
    const isLifted = (field: Node, computed: boolean) => !computed && MARKED.test(field.name) && !kept.has(field.name);
    // Uses of the client.
    walk(this.#tree, (node, parents) => {
      if (node === declaration || !this.#isClient(node)) return;
      const parent = parents[parents.length - 1]!;
      if (parent.type === 'VariableDeclarator' && parent.id === node) return;
      if (isFunction(parent) && parent.params.includes(node)) return;
      if (parent.type === 'MemberExpression' && parent.object === node) {
        if (isLifted(parent.property, parent.computed)) edits.push({ start: parent.start, end: parent.end, text: Traced.join([variable(parent.property.name)]) });
        else edits.push({ start: node.start, end: node.end, text: record });
      } else if (this.#isHeld(node) && parent.type === 'AssignmentExpression' && parent.left === node) return;
      else if (parent.type === 'ReturnStatement' && parents.includes(maker.node)) edits.push({ start: node.start, end: node.end, text: `${made} = ${record}` });
      else edits.push({ start: node.start, end: node.end, text: record });
    });
    // Parameters and arguments.
    for (const fn of this.#functions.values()) {
      const places = (fn.node.params as Node[]).map((_, i) => i).filter((i) => this.#always.has(`${fn.name}/${i}`));
      const stays = fn.isValue || fn.calls.some((call) => places.some((i) => call.arguments[i] && !this.#isPure(call.arguments[i])));
      if (!places.length) continue;
      if (stays) {
        for (const call of fn.calls)
          for (const i of places) if (call.arguments[i] && this.#isPure(call.arguments[i])) dropped.push({ start: call.arguments[i].start, end: call.arguments[i].end, text: '0' });
        continue;
      }
      dropped.push(...removeItems(fn.node.params, places));
      for (const call of fn.calls) dropped.push(...removeItems(call.arguments, places));
    }
    const all = widest([...dropped, ...edits]);
    // The code that creates the client.
    const start: (Traced | string)[] = [`if (${made}) throw ${JSON.stringify(ONE_CLIENT)};\n`];
    const fields: (Traced | string)[] = [];
    for (const { key, value } of literal.properties as Node[]) {
      const name: string = key.name ?? key.value;
      const given = this.#text.edit(value.start, value.end, all);
      if (!MARKED.test(name) || kept.has(name)) fields.push(fields.length ? ', ' : '', `${name}: `, given);
      else if (!(value.type === 'Identifier' && value.name === 'undefined') && !(value.type === 'UnaryExpression' && value.operator === 'void')) start.push(`${variable(name)} = `, given, ';\n');
    }
    start.push(`${record} = {`, ...fields, '};');
    const outer = all.filter((one) => one.start < declaration.start || one.end > declaration.end);
    outer.push({ start: declaration.start, end: declaration.end, text: Traced.join(start) });
    const body = this.#text.edit(0, this.code.length, outer);
    const result = Traced.join([`var ${[made, record, ...variables.values()].join(', ')};\n`, body]);
    return { code: result.text, map: result.mapTo(this.code), fields: [...variables.keys()].map((name) => '_' + name.slice(MARK.length)), kept: [...kept].map((name) => name.replace(MARKED, '_')) };
  }

  /** An argument that can be removed: reading it has no side effect. */
  #isPure(node: Node): boolean {
    if (node.type === 'MemberExpression') return !node.computed && this.#isPure(node.object);
    return node.type === 'Identifier' || node.type === 'ThisExpression' || node.type === 'Literal';
  }
}

/** Edits that take items out of a list, with the commas. */
function removeItems(items: Node[], places: number[]): Edit[] {
  const gone = places.filter((i) => i < items.length);
  if (!gone.length) return [];
  const stay = items.map((_, i) => i).filter((i) => !gone.includes(i));
  return gone.map((i) => {
    const next = stay.find((other) => other > i);
    // Up to the next item that stays, or from the last one that stays.
    if (next !== undefined) return { start: items[i]!.start, end: items[i + 1]!.start, text: '' };
    const before = stay.filter((other) => other < i).pop();
    const from = before === undefined ? (i ? items[i - 1]!.end : items[i]!.start) : items[i - 1]!.end;
    return { start: from, end: items[i]!.end, text: '' };
  });
}

/** The edits without those that lie within another. */
function widest(edits: Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  const found: Edit[] = [];
  let end = -1;
  for (const one of sorted) {
    if (found.length && one.end <= end && one.start < end) continue;
    found.push(one);
    end = Math.max(end, one.end);
  }
  return found;
}
