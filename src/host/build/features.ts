/** How a board's values reach the code: src/device/features.ts is replaced by constants, and what they switch off falls away. */
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';
import type { Plugin } from 'rollup';
import ts from 'typescript';
import { limitsOf, type Board } from '../../../boards/board';
import type { Node } from './gate/tree';
import { Problem } from '../problem';
import { inPackage } from './root';

/** The module with the constants. */
export const FEATURES_FILE = inPackage('src', 'device', 'features.ts');

/** FEATURE_… and LIMIT_… with the values that the sources run with. */
export function readConstants(source: string = readFileSync(FEATURES_FILE, 'utf8')): Map<string, boolean | number> {
  const code = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText;
  const constants = new Map<string, boolean | number>();
  for (const statement of (parse(code, { ecmaVersion: 2022, sourceType: 'module' }) as Node).body as Node[]) {
    for (const declarator of statement.declaration?.declarations ?? []) constants.set(declarator.id.name, declarator.init.value);
  }
  return constants;
}

/** rareTypes → RARE_TYPES, block2 → BLOCK2. */
function upper(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

/** RARE_TYPES → rareTypes. */
export function camel(name: string): string {
  return name.toLowerCase().replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

/**
 * The text of src/device/features.ts for a board. Throws a Problem when the board names a feature that the sources do not
 * have. A limit that only boards have is no constant of the code and is left out.
 */
export function makeConstants(board: Board, known: Map<string, boolean | number> = readConstants()): string {
  const values = new Map(known);
  const problems: string[] = [];
  for (const [name, on] of Object.entries(board.features)) {
    const constant = 'FEATURE_' + upper(name);
    if (typeof known.get(constant) === 'boolean') values.set(constant, on);
    else {
      const names = [...known.keys()].filter((key) => key.startsWith('FEATURE_')).map((key) => camel(key.slice(8)));
      problems.push(`board ${board.name}: features.${name}: no such feature; there are ${names.sort().join(', ')}`);
    }
  }
  if (problems.length) throw new Problem(problems);
  for (const [name, value] of Object.entries(limitsOf(board))) {
    const constant = 'LIMIT_' + upper(name);
    if (known.has(constant)) values.set(constant, value);
  }
  // var: what is not inlined must be ES5.
  return [...values].map(([name, value]) => `export var ${name} = ${value};\n`).join('');
}

/** Serves the board's constants in place of the module. */
export function replaceFeatures(board: Board): Plugin {
  const text = makeConstants(board);
  return {
    name: 'wixt-features',
    load: (id) => (id === FEATURES_FILE ? { code: text, map: { mappings: '' } } : null),
  };
}
