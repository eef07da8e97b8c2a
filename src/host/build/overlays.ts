/**
 * Overlays: on a board with little memory a boot script keeps only those functions in RAM that must be there at rest. The others lie
 * in Storage in groups, each a module of its own, and a group is loaded when one of its functions is called and let go when
 * the client is done (engines.md, fact 2): on Espruino a function that exists takes 6 JsVars and one for each parameter, whatever its
 * length. The sources do not know: a call into another group becomes `($$1||$$(1)).name(…)` here, behind the minifier.
 */
import type { RenderedModule } from 'rollup';
import { allScopes, buildScopes, resolveName, type Scope, type Use } from './gate/scope';
import { parseProgram, some, walk, type Node } from './gate/tree';
import { Problem } from '../problem';
import { inPackage } from './root';
import { findStartup } from './startup';

/**
 * What is loaded together, and for what: modules under src/device (or of the package), or one function of a module as `module#function`. What stands
 * nowhere belongs to the group that alone calls it, to `shared` when several do, and stays in RAM where nobody does: handlers, callbacks.
 */
const GROUPS: Record<string, string[]> = {
  /** What drives all others: it lets go of itself while it runs, and comes again with the next datagram or deadline. */
  drive: ['lwm2m/client#poll', 'lwm2m/client#receive', 'objects/poll'],
  socket: ['boards/adapters/udp-espruino#lookUp', 'boards/adapters/udp-espruino#open'],
  /** What only a start needs, found by who calls it. */
  start: [],
  /** A datagram that comes in: header, options, who it is for. */
  receive: [
    'coap/endpoint#receiveDatagram', 'coap/endpoint#receiveEmpty', 'coap/endpoint#receiveResponse', 'coap/endpoint#repeatAnswer', 'coap/endpoint#sendEmpty', 'lwm2m/request',
    'wire/coap#decodeHeader', 'wire/coap#takeExtended', 'wire/coap#takeOption', 'wire/numbers#takeUint', 'wire/text#takeDigits',
  ],
  /** One that goes out. */
  send: [
    'coap/endpoint#addString', 'coap/endpoint#addUint', 'coap/endpoint#nextMid', 'coap/endpoint#send', 'wire/coap#putExtended', 'wire/coap#putHeader', 'wire/coap#putOption',
    'wire/numbers#putInt', 'wire/string#putByte', 'wire/string#putDigits', 'wire/string#putString', 'wire/string#sizeString',
  ],
  request: ['coap/endpoint#beginAnswer', 'lwm2m/access', 'coap/endpoint#endAnswer', 'lwm2m/dispatch', 'lwm2m/model', 'lwm2m/read', 'lwm2m/target'],
  payload: ['lwm2m/payload#putPayload', 'lwm2m/payload#readValue', 'wire/block'],
  /** Values out. */
  values: [
    'wire/numbers#place', 'wire/numbers#putBytes', 'wire/numbers#putFloat', 'wire/numbers#settle', 'wire/numbers#sizeFloat', 'wire/text#putText',
    'wire/value#putValue', 'wire/value#sizeValue',
  ],
  tlv: ['lwm2m/payload#putInstance', 'lwm2m/payload#putObject', 'wire/tlv#putTlv', 'wire/tlv#sizeTlv', 'wire/value#putMultiple', 'wire/value#putOne'],
  /** Values in. */
  write: ['lwm2m/write', 'wire/string#takeString', 'wire/text#takeNumber', 'wire/text#takeText', 'wire/tlv#takeTlv', 'wire/value#takeValue'],
  block: ['lwm2m/dispatch#takeBlock', 'lwm2m/write#writeChunk'],
  /** Values of the seldom kinds in text. */
  wide: ['wire/text#negate', 'wire/text#putBase64', 'wire/text#putWide', 'wire/text#scale', 'wire/text#takeBase64', 'wire/text#takeWide'],
  shared: ['wire/numbers#takeBytes', 'wire/value#isString'],
  create: ['lwm2m/create'],
  execute: ['lwm2m/execute'],
  links: ['lwm2m/discover', 'lwm2m/queries'],
  attributes: ['lwm2m/attributes'],
  changed: ['lwm2m/notify#changed'],
  observe: ['lwm2m/notify'],
  /** What goes out by itself. */
  build: ['coap/endpoint#transmit', 'lwm2m/notify#buildNotification', 'lwm2m/notify#remember', 'lwm2m/register#build'],
  register: ['coap/endpoint#isOver', 'coap/endpoint#openExchange', 'lwm2m/client', 'lwm2m/register'],
};

/** Where a file of a boot script goes: `boot.min.js`, or the Storage module that it loads. */
export interface Part {
  /** "" for what stays in RAM; else the name of the group. */
  group: string;
  /** Name in Storage: "wixt1". Empty for the script itself. */
  module: string;
  code: string;
}

/** Top-level function as it was before the minifier → `module#function` of the sources. */
export function findOrigins(modules: Record<string, RenderedModule>): Map<string, string> {
  const origins = new Map<string, string>();
  const roots = [inPackage('src', 'device') + '/', inPackage() + '/'];
  for (const [id, { code }] of Object.entries(modules)) {
    if (!code) continue;
    const file = id.replace(/\\/g, '/').replace(/\.ts$/, '');
    const root = roots.find((one) => file.startsWith(one));
    const name = root ? file.slice(root.length) : '';
    for (const node of parseProgram(code).body as Node[]) {
      if (node.type === 'FunctionDeclaration') origins.set(node.id.name, `${name}#${node.id.name.replace(/\$\d+$/, '')}`);
    }
  }
  return origins;
}

interface Fn {
  name: string;
  node: Node;
  scope: Scope;
  uses: Use[];
}

/** Every top-level function with what it names of the others; under "" what the top level itself names. */
function readFunctions(root: Scope): Map<string, Fn> {
  const functions = new Map<string, Fn>();
  functions.set('', { name: '', node: root.node, scope: root, uses: [] });
  for (const scope of root.inner) if (scope.node.type === 'FunctionDeclaration') functions.set(scope.node.id.name, { name: scope.node.id.name, node: scope.node, scope, uses: [] });
  const note = (fn: Fn, scopes: Scope[]) => {
    for (const scope of scopes) fn.uses.push(...scope.uses.filter((use) => functions.has(use.name) && resolveName(scope, use.name) === root));
  };
  for (const fn of functions.values()) if (fn.name) note(fn, allScopes(fn.scope));
  note(functions.get('')!, [root, ...root.inner.filter(({ node }) => node.type !== 'FunctionDeclaration').flatMap(allScopes)]);
  return functions;
}

/** The group of each function; "" for those that stay. */
function assignGroups(functions: Map<string, Fn>, originOf: (name: string) => string, startup: string[], taken: (use: Use) => boolean): Map<string, string> {
  const groups = new Map<string, string>();
  const members = new Map(Object.entries(GROUPS).flatMap(([group, list]) => list.map((member) => [member, group] as const)));
  for (const name of functions.keys()) {
    const group = members.get(originOf(name)) ?? members.get(originOf(name).split('#')[0]!);
    if (name && group !== undefined) groups.set(name, group);
  }
  for (const name of startup) groups.set(name, 'start');
  // Handlers and callbacks stay, and so does what has `this`.
  const callers = new Map<string, Set<string>>();
  for (const fn of functions.values())
    for (const use of fn.uses) {
      if (taken(use)) {
        if (!callers.has(use.name)) callers.set(use.name, new Set());
        callers.get(use.name)!.add(fn.name);
      } else if (!groups.has(use.name)) groups.set(use.name, '');
    }
  for (const fn of functions.values()) if (fn.name && !groups.has(fn.name) && originOf(fn.name).startsWith('#')) groups.set(fn.name, '');
  // The rest by who calls it, again and again until nothing changes.
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, fn] of functions) {
      if (!name || groups.has(name)) continue;
      const by = [...(callers.get(name) ?? [])].filter((caller) => caller !== fn.name);
      if (by.some((caller) => caller && !groups.has(caller))) continue;
      const kinds = new Set(by.map((caller) => groups.get(caller) ?? ''));
      groups.set(name, kinds.has('') ? '' : kinds.size === 1 ? [...kinds][0]! : 'shared');
      changed = true;
    }
  }
  for (const name of functions.keys()) if (name && !groups.has(name)) groups.set(name, 'shared');
  return groups;
}

/**
 * Writes numbers where the script has constants for them: on Espruino a global variable takes a JsVar, and is looked for among all others
 * each time.
 */
export function inlineNumbers(code: string): string {
  const root = buildScopes(parseProgram(code));
  const uses = allScopes(root).flatMap((scope) => scope.uses.filter(({ name }) => resolveName(scope, name) === root));
  const edits: { from: number; to: number; text: string }[] = [];
  for (const statement of root.node.body as Node[]) {
    if (statement.type !== 'VariableDeclaration') continue;
    const all = statement.declarations as Node[];
    const kept = all.filter(({ id, init }) => typeof init?.value !== 'number' || uses.some((use) => use.name === id.name && use.writes));
    if (kept.length === all.length) continue;
    for (const { id, init } of all.filter((one) => !kept.includes(one)))
      for (const { name, node } of uses) if (name === id.name) edits.push({ from: node.start, to: node.end, text: init.raw });
    edits.push({ from: statement.start, to: kept.length ? kept[0]!.start : statement.end, text: kept.length ? 'var ' : '' });
    kept.forEach((one, i) => edits.push({ from: one.end, to: kept[i + 1]?.start ?? statement.end, text: i + 1 < kept.length ? ',' : ';' }));
  }
  let text = '';
  let at = 0;
  for (const edit of edits.sort((a, b) => a.from - b.from)) {
    text += code.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return text + code.slice(at);
}

/** The call that loads, and with a number the slot of a group: characters that the minifier gives to nothing. */
const SLOT = '$$';

/**
 * Splits a minified boot script. `originOf` tells for a function of it where it comes from, as `findOrigins` says. The script
 * must call DROP, which becomes the function that lets go.
 */
export function splitOverlays(script: string, originOf: (name: string) => string): Part[] {
  const code = inlineNumbers(script);
  const program = parseProgram(code);
  const root = buildScopes(program);
  const functions = readFunctions(root);
  const called = new Set<Node>();
  walk(program, (node) => void (node.type === 'CallExpression' && node.callee.type === 'Identifier' && called.add(node.callee)));
  const groups = assignGroups(functions, originOf, findStartup(code), (use) => called.has(use.node) && !use.writes);
  const used = Object.keys(GROUPS).filter((group) => group && [...groups.values()].includes(group));
  const number = (group: string) => used.indexOf(group);
  const parts = new Map<string, string[]>(['', ...used].map((group) => [group, []]));
  const exported = new Map<string, Set<string>>(used.map((group) => [group, new Set()]));

  /** The text of a node with its calls into other groups rewritten. */
  const rewrite = (node: Node, uses: Use[], home: string): string => {
    let text = '';
    let at = node.start;
    for (const use of [...uses].sort((a, b) => a.node.start - b.node.start)) {
      if (use.node.start < node.start || use.node.end > node.end) continue;
      const group = groups.get(use.name)!;
      if (!group || group === home || !called.has(use.node)) continue;
      exported.get(group)!.add(use.name);
      const slot = SLOT + number(group);
      text += `${code.slice(at, use.node.start)}(${slot}||${SLOT}(${number(group)})).${use.name}`;
      at = use.node.end;
    }
    return text + code.slice(at, node.end);
  };

  const top = functions.get('')!.uses;
  for (const node of program.body as Node[]) {
    if (node.type !== 'FunctionDeclaration') {
      parts.get('')!.push(rewrite(node, top, '').replace(/([^;}])$/, '$1;'));
      continue;
    }
    const fn = functions.get(node.id.name)!;
    const group = groups.get(fn.name)!;
    if (group && some(node.body, (one) => one.type === 'ThisExpression')) throw new Problem(`overlays: ${originOf(fn.name)} uses \`this\` and can't be in an overlay`);
    parts.get(group)!.push(rewrite(node, fn.uses, group));
  }
  // A function that is passed around stays by a stub of its own name, which calls the real one.
  const stubs: string[] = [];
  for (const fn of functions.values())
    for (const use of fn.uses) {
      const group = groups.get(use.name)!;
      if (!group || called.has(use.node) || groups.get(fn.name) === group || stubs.some((stub) => stub.startsWith(`function ${use.name}(`))) continue;
      const parameters = (functions.get(use.name)!.node.params as Node[]).map(({ name }) => name).join();
      exported.get(group)!.add(use.name);
      stubs.push(`function ${use.name}(${parameters}){return(${SLOT}${number(group)}||${SLOT}(${number(group)})).${use.name}(${parameters})}`);
    }
  const slots = used.map((_, i) => SLOT + i);
  // Where memory ended while a module was loaded, a part of it is in the cache.
  const loader =
    `var ${slots.join()},${SLOT}b;` +
    `function ${SLOT}(n){var m;if(${SLOT}b)try{Modules.removeCached(${SLOT}b)}catch(e){}${SLOT}b="wixt"+n;m=require(${SLOT}b);Modules.removeCached(${SLOT}b);${SLOT}b=0;global["${SLOT}"+n]=m;return m}` +
    `function ${DROP}(){${slots.join('=')}=0}`;
  const resident = `${loader}${stubs.join('')}${parts.get('')!.join('')}${DROP}();`;
  return [
    { group: '', module: '', code: resident + '\n' },
    ...used.map((group) => ({
      group,
      module: 'wixt' + number(group),
      code: parts.get(group)!.join('') + [...exported.get(group)!].map((name) => `exports.${name}=${name};`).join('') + '\n',
    })),
  ];
}

/** What the script calls to let go of all overlays: the name in the sources, which the minifier keeps. */
export const DROP = 'dropOverlays';
