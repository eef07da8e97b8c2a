/**
 * Overlays: on a board with little memory, a boot script keeps in RAM only the functions that are needed at rest. The others are in Storage, in
 * groups, each a separate module. A group is loaded when one of its functions is called, and released when the client is done (engines.md, fact 2):
 * on Espruino each function takes 6 JsVars and one for each parameter, whatever its length. The sources are not aware of this: a call into another
 * group becomes `(_[1]||$(1)).name(…)` here, after the minifier.
 */
import type { RenderedModule } from 'rollup';
import { allScopes, buildScopes, resolveName, type Scope, type Use } from './gate/scope';
import { parseProgram, some, walk, type Node } from './gate/tree';
import { Problem } from '../problem';
import { inPackage } from './root';
import { findStartup, letGo } from './startup';

/**
 * The members of each group: modules under src/device (or of the package), or one name of a module as `module#name`. A function that is not listed
 * belongs to the only group that calls it, or to `shared` if several do. Without callers it stays in RAM: handlers, callbacks. A variable stays in
 * RAM unless it is listed; then each load creates it anew.
 */
const GROUPS: Record<string, string[]> = {
  /** The functions that call all others. The group releases itself while it runs, and is loaded again at the next datagram or deadline. */
  drive: ['lwm2m/client#poll', 'lwm2m/client#receive', 'objects/poll'],
  socket: ['boards/adapters/udp-espruino#lookUp', 'boards/adapters/udp-espruino#open'],
  /** Functions that are needed only at the start, found by their callers. */
  start: [],
  /** An incoming datagram: header, options, addressee. */
  receive: [
    'coap/endpoint#receiveDatagram', 'coap/endpoint#repeatAnswer', 'lwm2m/request', 'wire/coap#decodeHeader', 'wire/coap#takeOption',
    'wire/numbers#takeUint', 'formats/text#takeDigits',
  ],
  /** A datagram that answers one of ours, or is ignored. */
  answered: ['coap/endpoint#acknowledge', 'coap/endpoint#receiveEmpty'],
  /** An outgoing datagram. */
  send: [
    'coap/endpoint#addString', 'coap/endpoint#addUint', 'coap/endpoint#nextMid', 'coap/endpoint#send', 'wire/coap#putExtended', 'wire/coap#putHeader', 'wire/coap#putOption',
    'wire/numbers#putByte', 'wire/numbers#putInt', 'wire/string#putDigits', 'wire/string#putString', 'wire/string#sizeString',
  ],
  request: ['coap/endpoint#beginAnswer', 'coap/endpoint#endAnswer', 'lwm2m/dispatch'],
  /** The target of a path, and who may access it. */
  target: ['lwm2m/access', 'lwm2m/model', 'lwm2m/path', 'lwm2m/management/read', 'lwm2m/target'],
  payload: ['lwm2m/management/given', 'lwm2m/management/payload#putPayload', 'lwm2m/management/payload#readValue', 'lwm2m/version#versionOf', 'wire/block', 'formats/value#sizeValue', 'formats/value#takeLink'],
  /** Encoding values. */
  text: ['formats/text#putText'],
  values: [
    'wire/numbers#place', 'wire/numbers#putBytes', 'wire/numbers#putFloat', 'wire/numbers#settle', 'wire/numbers#sizeFloat',
    'wire/numbers#takeFloat', 'wire/numbers#f64', 'wire/numbers#f32', 'wire/numbers#f8',
  ],
  tlv: ['lwm2m/management/payload#putInstance', 'lwm2m/management/payload#putObject', 'formats/tlv#putTlv', 'formats/tlv#sizeTlv', 'formats/value#putInstances', 'formats/value#putMultiple', 'formats/value#putOne'],
  /** Decoding values. */
  write: ['lwm2m/management/write', 'lwm2m/transfer#isChunked', 'wire/string#takeString', 'formats/text#takeNumber', 'formats/text#takeText', 'formats/tlv#takeTlv', 'formats/value#takeValue'],
  block: ['lwm2m/transfer#endBody', 'lwm2m/transfer#takeBlock', 'lwm2m/transfer#writeChunk'],
  /** Values of rare types in text. */
  wide: ['formats/text#ALPHABET', 'formats/text#expand', 'formats/text#putBase64', 'formats/text#putWide', 'formats/text#scale', 'formats/text#takeBase64', 'formats/text#takeWide'],
  shared: ['wire/numbers#takeBytes'],
  /** The objects' handlers. */
  objects: ['objects/device', 'objects/sensor', 'objects/stored'],
  access: ['objects/access-control'],
  firmware: ['objects/firmware-update'],
  statistics: [
    'objects/connectivity-statistics#STATISTICS', 'objects/connectivity-statistics#executeStatistics', 'objects/connectivity-statistics#pollStatistics',
    'objects/connectivity-statistics#readStatistics', 'objects/connectivity-statistics#reset', 'objects/connectivity-statistics#statisticsHandlers',
    'objects/connectivity-statistics#writeStatistics',
  ],
  server: ['lwm2m/server'],
  create: ['lwm2m/management/create'],
  execute: ['lwm2m/management/execute'],
  links: ['lwm2m/management/discover', 'lwm2m/registration/queries'],
  attributes: ['lwm2m/management/attributes'],
  inherited: ['lwm2m/management/attributes#attributeOf', 'lwm2m/path#copyPath'],
  changed: ['lwm2m/reporting/notify#changed', 'lwm2m/version#renew', 'objects/sensor#measure', 'objects/stored#set', 'objects/stored#store'],
  observe: ['lwm2m/reporting/notify'],
  due: ['lwm2m/reporting/notify#isDue', 'lwm2m/reporting/notify#pollObservations'],
  /** Messages that the client sends by itself. */
  build: ['coap/endpoint#transmit', 'lwm2m/reporting/notify#buildNotification', 'lwm2m/reporting/notify#remember', 'lwm2m/exchange#build'],
  /** Checked after each message. */
  turn: ['lwm2m/registration/register#pollServer'],
  exchange: ['coap/endpoint#isOver', 'coap/endpoint#openExchange', 'coap/endpoint#renewExchange'],
  register: ['lwm2m/client', 'lwm2m/exchange', 'lwm2m/registration/register'],
};

/** A file of a boot script: `boot.min.js`, or a Storage module that it loads. */
export interface Part {
  /** "" for the part that stays in RAM; otherwise the name of the group. */
  group: string;
  /** Name in Storage: "wixt1". Empty for the script itself. */
  module: string;
  code: string;
}

/** Maps each top-level function or variable, by its name before minification, to `module#name` of the sources. */
export function findOrigins(modules: Record<string, RenderedModule>): Map<string, string> {
  const origins = new Map<string, string>();
  for (const [id, { code }] of Object.entries(modules)) {
    if (!code) continue;
    for (const node of parseProgram(code).body as Node[]) {
      const ids: Node[] = node.type === 'FunctionDeclaration' ? [node.id] : (node.declarations ?? []).map(({ id }: Node) => id);
      for (const one of ids) origins.set(one.name, originOf(id, one.name));
    }
  }
  return origins;
}

/** `module#name` for a top-level name of a file, without the number that rollup appends. */
export function originOf(id: string, name: string): string {
  const roots = [inPackage('src', 'device') + '/', inPackage() + '/'];
  const file = id.replace(/\\/g, '/').replace(/\.ts$/, '');
  const root = roots.find((one) => file.startsWith(one));
  return `${root ? file.slice(root.length) : ''}#${name.replace(/\$\d+$/, '')}`;
}

interface Fn {
  name: string;
  node: Node;
  scope: Scope;
  uses: Use[];
}

/** Every top-level function with the others that it names; under "" those that the top level itself names. */
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

/** `module` or `module#name` → its group. */
const MEMBERS = new Map(Object.entries(GROUPS).flatMap(([group, list]) => list.map((member) => [member, group] as const)));

/** The group of a function or variable, by its origin. An entry of its own has precedence over that of its module. */
const groupOf = (origin: string): string | undefined => MEMBERS.get(origin) ?? MEMBERS.get(origin.split('#')[0]!);

/** Whether a function, by its origin, may be inlined into its only caller: if it belongs to the same group anyway. */
export function goTogether(name: string, caller: string): boolean {
  return groupOf(name) === undefined || groupOf(name) === groupOf(caller);
}

/** The groups of top-level variables: a variable that only functions of its `wanted` group name moves to it; the others stay in RAM. */
function moveVariables(root: Scope, groups: Map<string, string>, wanted: (name: string) => string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const name of root.names.keys()) if (!groups.has(name) && wanted(name)) variables.set(name, wanted(name));
  for (const inner of root.inner)
    for (const scope of allScopes(inner))
      for (const { name } of scope.uses)
        if (resolveName(scope, name) === root && variables.get(name) !== (groups.get(inner.node.id?.name) ?? '')) variables.delete(name);
  return variables;
}

/** The group of each function; "" for functions that stay in RAM. */
function assignGroups(functions: Map<string, Fn>, originOf: (name: string) => string, startup: string[], taken: (use: Use) => boolean): Map<string, string> {
  const groups = new Map<string, string>();
  for (const name of functions.keys()) {
    const group = groupOf(originOf(name));
    if (name && group !== undefined) groups.set(name, group);
  }
  for (const name of startup) groups.set(name, 'start');
  // Handlers and callbacks stay, as do functions that use `this`.
  const callers = new Map<string, Set<string>>();
  for (const fn of functions.values())
    for (const use of fn.uses) {
      if (taken(use)) {
        if (!callers.has(use.name)) callers.set(use.name, new Set());
        callers.get(use.name)!.add(fn.name);
      } else if (!groups.has(use.name)) groups.set(use.name, '');
    }
  for (const fn of functions.values()) if (fn.name && !groups.has(fn.name) && originOf(fn.name).startsWith('#')) groups.set(fn.name, '');
  // Assign the remaining functions by their callers, until nothing changes.
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

/** The list of loaded groups, and the function that loads one: names that the minifier reserves in scripts with pins. */
const LOADED = '_';
const LOAD = '$';

/** An expression for `name` in the group with this number. */
function into(group: number, name: string): string {
  return `(${LOADED}[${group}]||${LOAD}(${group})).${name}`;
}

/**
 * Built-in constructors that a script seldom needs: Espruino creates an object of 8 JsVars for each at its first use, keeps it, and creates it again
 * if it was deleted.
 */
const CONSTRUCTORS = ['Float32Array', 'Float64Array', 'Uint16Array'];

function letGoOfConstructors(code: string): string {
  return letGo(CONSTRUCTORS.filter((name) => code.includes(`new ${name}(`)), true);
}

/**
 * Splits a minified boot script. `originOf` returns the origin of a top-level name, as in `findOrigins`. The script must call DROP, which becomes the
 * function that releases the groups. `reserve`: variables that must be free before a group is loaded, when the script indicates that memory may be
 * short.
 */
export function splitOverlays(code: string, originOf: (name: string) => string, reserve = 0): Part[] {
  const program = parseProgram(code);
  const root = buildScopes(program);
  const functions = readFunctions(root);
  const called = new Set<Node>();
  walk(program, (node) => void (node.type === 'CallExpression' && node.callee.type === 'Identifier' && called.add(node.callee)));
  const startup = findStartup(code);
  const groups = assignGroups(functions, originOf, startup.functions, (use) => called.has(use.node) && !use.writes);
  const used = Object.keys(GROUPS).filter((group) => [...groups.values()].includes(group));
  const number = (name: string) => used.indexOf(groups.get(name)!);
  const parts = new Map<string, string[]>(['', ...used].map((group) => [group, []]));
  const exported = new Map<string, Set<string>>(used.map((group) => [group, new Set()]));
  // A function that is passed around is represented by a stub of the same name, which calls the real one.
  const stubs = new Map<string, string>();

  /** The text of a node with calls into other groups rewritten. */
  const rewrite = (node: Node, uses: Use[], home: string): string => {
    let text = '';
    let at = node.start;
    for (const use of [...uses].sort((a, b) => a.node.start - b.node.start)) {
      if (use.node.start < node.start || use.node.end > node.end) continue;
      const group = groups.get(use.name)!;
      if (!group || group === home) continue;
      exported.get(group)!.add(use.name);
      if (called.has(use.node)) {
        text += code.slice(at, use.node.start) + into(number(use.name), use.name);
        at = use.node.end;
      } else {
        const parameters = (functions.get(use.name)!.node.params as Node[]).map(({ name }) => name).join();
        stubs.set(use.name, `function ${use.name}(${parameters}){return${into(number(use.name), use.name)}(${parameters})}`);
      }
    }
    return text + code.slice(at, node.end);
  };

  const { uses } = functions.get('')!;
  const variables = moveVariables(root, groups, (name) => groupOf(originOf(name)) ?? '');
  for (const node of program.body as Node[]) {
    if (node.type === 'VariableDeclaration') {
      const split = new Map<string, string[]>();
      for (const one of node.declarations as Node[]) {
        const group = variables.get(one.id.name) ?? '';
        split.set(group, [...(split.get(group) ?? []), rewrite(one, uses, group)]);
      }
      for (const [group, texts] of split) parts.get(group)!.push(`var ${texts.join()};`);
      continue;
    }
    if (node.type !== 'FunctionDeclaration') {
      parts.get('')!.push(rewrite(node, uses, '').replace(/([^;}])$/, '$1;'));
      continue;
    }
    const fn = functions.get(node.id.name)!;
    const group = groups.get(fn.name)!;
    if (group && some(node.body, (one) => one.type === 'ThisExpression')) throw new Problem(`overlays: ${originOf(fn.name)} uses \`this\` and can't be in an overlay`);
    parts.get(group)!.push(rewrite(node, fn.uses, group));
  }
  // Load a group only if there is room for it (boards/room.ts). If memory nevertheless ended during a load, the cache contains a part of the module.
  const need = reserve ? `if(${ASKS})new Uint8Array(${reserve * VARIABLE});` : '';
  const loader =
    `var ${LOADED},${LOAD}b${reserve ? `,${ASKS}` : ''};` +
    `function ${LOAD}(n){var m;${need}if(${LOAD}b)try{Modules.removeCached(${LOAD}b)}catch(e){}${LOAD}b="wixt"+n;m=require(${LOAD}b);Modules.removeCached(${LOAD}b);${LOAD}b=0;${LOADED}[n]=m;return m}` +
    `function ${DROP}(){${LOADED}=[]}${DROP}();`;
  const resident = loader + [...stubs.values()].join('') + parts.get('')!.join('');
  const release = letGo(startup.variables.filter((name) => !variables.has(name)), true);
  return [
    { group: '', module: '', code: `${resident}${DROP}();${release}${letGoOfConstructors(code)}\n` },
    ...used.map((group, i) => {
      const text = parts.get(group)!.join('');
      const names = [...exported.get(group)!].map((name) => `${name}:${name}`);
      return { group, module: 'wixt' + i, code: `${text}${letGoOfConstructors(text)}exports={${names.join()}}\n` };
    }),
  ];
}

/** Bytes per JsVar. In one piece they take fewer variables; in many pieces, as many. */
const VARIABLE = 10;

/** The name, in its source, of the flag that makes each load check for room. */
export const ASKS = 'asksRoom';

/** The function that releases all overlays: its name in the sources, which the minifier keeps. */
export const DROP = 'dropOverlays';
