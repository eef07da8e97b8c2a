/** Converts ECMAScript modules, for boards that load no others: to scripts for the gate, and to CommonJS for the simulator. */
import { parse } from 'acorn';
import type { Node } from './gate/tree';

/** The module with each of its import and export statements replaced by a text. Throws acorn's SyntaxError. */
function replaceStatements(code: string, replace: (statement: Node) => string): string {
  let text = '';
  let at = 0;
  for (const statement of (parse(code, { ecmaVersion: 2022, sourceType: 'module' }) as Node).body as Node[]) {
    if (statement.type !== 'ImportDeclaration' && (statement.type !== 'ExportNamedDeclaration' || statement.declaration)) continue;
    text += code.slice(at, statement.start) + replace(statement);
    at = statement.end;
  }
  return text + code.slice(at);
}

/** A bundle as a script: imports become declarations, exports become uses, and all other characters keep their positions. */
export function toScript(code: string): string {
  return replaceStatements(code, ({ type, specifiers, start, end }) => {
    const names = specifiers.map((one: Node) => one.local.name);
    const text = !names.length ? '' : type === 'ImportDeclaration' ? `var ${names};` : `[${names}];`;
    return text.slice(0, end - start).padEnd(end - start);
  });
}

const isModule = (code: string) => /(^|[;}\s])(import|export)[\s{"']/.test(code);

/** A bundle as CommonJS. Code that is not an ECMAScript module is returned unchanged. */
export function toCommonJs(code: string): string {
  if (!isModule(code)) return code;
  return replaceStatements(code, ({ type, specifiers, source }) => {
    if (type === 'ExportNamedDeclaration') return specifiers.map((one: Node) => `exports.${one.exported.name}=${one.local.name};`).join('');
    const module = `require(${source.raw})`;
    if (!specifiers.length) return module + ';';
    return specifiers.map((one: Node) => `var ${one.local.name}=${module}${one.type === 'ImportNamespaceSpecifier' ? '' : `.${one.imported?.name ?? 'default'}`};`).join('');
  });
}
