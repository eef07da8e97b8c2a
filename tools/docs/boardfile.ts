/** The page of the board file: features and limits as the sources have them. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { LIMITS, type Board, type LimitName } from '../../boards/board';
import { camel, FEATURES_FILE } from '../../src/host/build/features';
import { withCommas } from '../../src/host/build/tables';
import { makeTable } from './sections';

/** FEATURE_… constants as a board file names them, with their docstring and what is so without a word about them. */
export function readFeatures(): { name: string; text: string; on: boolean }[] {
  const source = ts.createSourceFile('features.ts', readFileSync(FEATURES_FILE, 'utf8'), ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [];
    const { name, initializer } = statement.declarationList.declarations[0]!;
    const constant = name.getText();
    if (!constant.startsWith('FEATURE_')) return [];
    const text = ts.getJSDocCommentsAndTags(statement).map((doc) => ts.getTextOfJSDocComment((doc as ts.JSDoc).comment) ?? '').join(' ');
    return [{ name: camel(constant.slice(8)), text, on: initializer!.kind === ts.SyntaxKind.TrueKeyword }];
  });
}

/** Every feature, and which boards differ from what is usual. */
export function featuresTable(boards: Board[]): string {
  const rows = readFeatures().map(({ name, text, on }) => {
    const others = boards.filter(({ features }) => features[name] !== undefined && features[name] !== on).map(({ name: board }) => `\`${board}\``);
    return [`\`${name}\``, on ? 'on' : 'off', text, others.length ? `${on ? 'off' : 'on'}: ${others.join(', ')}` : ''];
  });
  return makeTable(['feature', 'default', 'what it is', 'boards that differ'], rows);
}

/** Every limit, with its bounds. */
export function limitsReference(): string {
  const rows = (Object.keys(LIMITS) as LimitName[]).map((name) => {
    const { default: usual, minimum, maximum, power, cost } = LIMITS[name];
    return [`\`${name}\``, withCommas(usual), `${withCommas(minimum)} to ${withCommas(maximum)}${power ? ', powers of two' : ''}`, cost];
  });
  return makeTable(['limit', 'default', 'may be', 'what it is, and what it costs'], rows);
}
