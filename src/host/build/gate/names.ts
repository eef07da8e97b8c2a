/** Rules about names: features that engines lack, and globals that a bundle may use. */
import { allScopes, resolveName, type Scope } from './scope';
import { walk, type Node, type Report } from './tree';

/** Globals that all our engines have. */
const EVERYWHERE = (
  'undefined NaN Infinity Object Array String Number Boolean Function Math JSON isNaN isFinite parseInt parseFloat ' +
  'ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array'
).split(' ');

/** Globals that only programs may use: an Error costs JsVars, and the library has no clock. */
const IN_PROGRAMS = 'Error TypeError SyntaxError ReferenceError Date eval setTimeout clearTimeout setInterval clearInterval console'.split(' ');

/** `Object.member` that an engine lacks or computes wrongly. */
const STATIC: Record<string, Record<string, string>> = {
  Math: {
    pow: 'Espruino computes it with exp and log: pow(2, 32) is 4294967295.9999967',
    imul: 'missing on Espruino',
    trunc: 'missing on Espruino',
    clz32: 'missing on Espruino',
    log2: 'missing on Espruino',
  },
  Number: { isInteger: 'missing on Espruino' },
  Object: { freeze: 'missing on Espruino' },
  Array: { from: 'missing on Espruino and Duktape' },
};

/** Methods of arrays, typed arrays or strings that an engine lacks. */
const METHODS: Record<string, string> = {
  copyWithin: 'missing on Espruino',
  fill: 'missing on Duktape and MicroQuickJS',
  find: 'missing on Duktape and small builds',
  from: 'missing on Espruino and Duktape',
  includes: 'missing on Duktape and small builds',
  lastIndexOf: 'missing on Espruino',
  padStart: 'missing on Duktape and small builds',
  repeat: 'missing on small builds',
  startsWith: 'missing on small builds',
  substr: 'missing on MicroQuickJS and JerryScript: slice is everywhere',
};

/** What a program may use beyond the language. */
export interface Surroundings {
  /** Global names beyond those of the language. */
  globals: string[];
  /** Further global names by pattern: pins, ports. */
  pattern?: RegExp;
  /** A user's own program, which may use Error, Date, timers and globals of the board. */
  app?: boolean;
  /** Reports unknown names in a program, too. The caller removes findings in files that were type-checked. */
  strictNames?: boolean;
  /** The engine refuses two catch parameters of the same name in one function, and one with the name of a variable: MicroQuickJS. */
  strictCatch?: boolean;
}

/** The core alone: `exports` and the language. */
export const CORE: Surroundings = { globals: ['exports'] };

/** Rules: forbidden, global. */
export function checkNames(root: Scope, where: Surroundings, report: Report): void {
  walk(root.node, (node) => {
    if (node.type === 'MemberExpression') checkMember(node, report);
    else if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') checkMethod(node.callee, where, report);
  });
  for (const scope of allScopes(root)) {
    for (const use of scope.uses) {
      if (resolveName(scope, use.name)) continue;
      if (use.name === 'DataView') report('forbidden', use.node, 'DataView is missing on MicroQuickJS and small builds');
      else if (!use.typeof && !isKnown(use.name, where) && !isForProgram(use.name, where)) report('global', use.node, globalReason(use.name));
    }
  }
}

function isKnown(name: string, where: Surroundings): boolean {
  return EVERYWHERE.includes(name) || where.globals.includes(name) || !!where.pattern?.test(name);
}

function isForProgram(name: string, { app, strictNames }: Surroundings): boolean {
  return !!app && (!strictNames || IN_PROGRAMS.includes(name));
}

function globalReason(name: string): string {
  if (name === 'Error') return 'an Error costs 40 to 50 JsVars: answer with a code, or throw a number';
  if (/^(Date|setTimeout|setInterval|clearTimeout|clearInterval)$/.test(name)) return `${name}: the core has no clock and no timers`;
  return `${name} is no global of this engine, and MicroQuickJS refuses undeclared names`;
}

function memberName(node: Node): string | undefined {
  if (!node.computed) return node.property.name;
  return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : undefined;
}

function checkMember(node: Node, report: Report): void {
  const name = memberName(node);
  const owner = node.object.type === 'Identifier' && STATIC[node.object.name];
  const why = owner && name && Object.hasOwn(owner, name) ? owner[name] : undefined;
  if (why) report('forbidden', node, `${node.object.name}.${name}: ${why}`);
}

function checkMethod(callee: Node, where: Surroundings, report: Report): void {
  const name = memberName(callee);
  if (!name || !Object.hasOwn(METHODS, name)) return;
  if (callee.object.type === 'Identifier' && STATIC[callee.object.name]?.[name]) return;
  // The engine defines the methods of its own globals (Buffer.from).
  if (callee.object.type === 'Identifier' && where.globals.includes(callee.object.name)) return;
  report('forbidden', callee, `.${name}(): ${METHODS[name]}`);
}
