/**
 * Where a source can be changed in one small place, and the source with all of these changes in it, each behind a switch:
 * `__mutant(7) ? changed : original`. So every change is tried in one process, without loading anything anew.
 */
import ts from 'typescript';

export interface Site {
  /** Unique over all files of a run. */
  id: number;
  /** Path in the repository. */
  file: string;
  /** From 1. */
  line: number;
  /** For people: `n < 4 → n <= 4`. */
  what: string;
  /** The value of a constant of the module, which is set by a function and not where it is used. */
  constant?: boolean;
}

/** Operator → what stands in its place. */
const OPERATORS: Partial<Record<ts.SyntaxKind, string[]>> = {
  [ts.SyntaxKind.LessThanToken]: ['<=', '>='],
  [ts.SyntaxKind.LessThanEqualsToken]: ['<', '>'],
  [ts.SyntaxKind.GreaterThanToken]: ['>=', '<='],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['>', '<'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
  [ts.SyntaxKind.MinusToken]: ['+'],
  [ts.SyntaxKind.AsteriskToken]: ['/'],
  [ts.SyntaxKind.SlashToken]: ['*'],
  [ts.SyntaxKind.PercentToken]: ['*'],
  [ts.SyntaxKind.AmpersandToken]: ['|'],
  [ts.SyntaxKind.BarToken]: ['&'],
  [ts.SyntaxKind.LessThanLessThanToken]: ['>>'],
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: ['<<'],
  [ts.SyntaxKind.PlusEqualsToken]: ['-='],
  [ts.SyntaxKind.MinusEqualsToken]: ['+='],
  [ts.SyntaxKind.QuestionQuestionToken]: ['&&'],
};

/** A response code → one that says something else, as a number: its name may not be imported there. */
const otherCode = (name: string): string => (name === 'CODE_BAD_REQUEST' ? '132 /* CODE_NOT_FOUND */' : '128 /* CODE_BAD_REQUEST */');
const isCode = (name: string): boolean => /^CODE_(?!GET|POST|PUT|DELETE|EMPTY|FETCH|PATCH|IPATCH)[A-Z_]+$/.test(name);
/** Numbers that a registry or this project has given to names: to change one changes the tests as well. */
const isAssigned = (name: string): boolean => /^(CODE|OPTION|FORMAT|TYPE|META|FEATURE|LIMIT|EVENT|STATE|ERROR|ABOUT|ACCESS|CHANGED|OBSERVATION|SERVER|ATTRIBUTE|MODE|TLV)_/.test(name);

interface Change {
  what: string;
  text: string;
}

/**
 * What an expression of FEATURE_ switches alone is worth in the sources, where they are as src/device/features.ts says; undefined for anything
 * else. To change what a switch has decided already changes nothing, and what a switch has turned off belongs to another build.
 */
export function decided(node: ts.Node, switches: Record<string, boolean>): boolean | undefined {
  if (ts.isParenthesizedExpression(node)) return decided(node.expression, switches);
  if (ts.isIdentifier(node)) return switches[node.text];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    const inside = decided(node.operand, switches);
    return inside === undefined ? undefined : !inside;
  }
  if (ts.isConditionalExpression(node)) {
    const condition = decided(node.condition, switches);
    const whenTrue = decided(node.whenTrue, switches);
    const whenFalse = decided(node.whenFalse, switches);
    return condition === undefined ? (whenTrue === whenFalse ? whenTrue : undefined) : condition ? whenTrue : whenFalse;
  }
  if (ts.isBinaryExpression(node)) {
    const and = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
    if (!and && node.operatorToken.kind !== ts.SyntaxKind.BarBarToken) return undefined;
    const left = decided(node.left, switches);
    const right = decided(node.right, switches);
    if (left === !and || right === !and) return !and;
    return left === undefined || right === undefined ? undefined : and;
  }
  return undefined;
}

const alwaysReturns = (node: ts.Statement): boolean => ts.isReturnStatement(node) || (ts.isBlock(node) && node.statements.some(ts.isReturnStatement));

/** Reads one file. `base`: the id of its first site; `name`: its path for people. */
export function instrument(text: string, name: string, base: number, switches: Record<string, boolean> = {}): { sites: Site[]; code: string } {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  const sites: Site[] = [];
  const raw = (node: ts.Node): string => node.getText(source);
  // `const REMEMBERS = FEATURE_WRITE || …;` is a switch as well.
  switches = { ...switches };
  for (const statement of source.statements)
    if (ts.isVariableStatement(statement))
      for (const { name: id, initializer } of statement.declarationList.declarations) {
        const value = initializer && decided(initializer, switches);
        if (value !== undefined && ts.isIdentifier(id)) switches[id.text] = value;
      }
  // So is `const blocks = p ? FEATURE_BLOCK2 : FEATURE_REGISTER_BLOCK1;` of a function, when nothing else has its name.
  const locals = new Map<string, boolean | undefined>();
  const collect = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isParameter(node)) && ts.isIdentifier(node.name)) {
      const { name: id } = node;
      const value = ts.isVariableDeclaration(node) && node.parent.flags & ts.NodeFlags.Const && node.initializer ? decided(node.initializer, switches) : undefined;
      locals.set(id.text, locals.has(id.text) ? undefined : value);
    }
    ts.forEachChild(node, collect);
  };
  collect(source);
  for (const [id, value] of locals) if (value !== undefined) switches[id] = value;
  const short = (code: string): string => {
    const line = code.replace(/\s+/g, ' ');
    return line.length > 70 ? line.slice(0, 67) + '…' : line;
  };

  function add(node: ts.Node, what: string, constant?: boolean): number {
    const id = base + sites.length;
    sites.push({ id, file: name, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, what, ...(constant && { constant }) });
    return id;
  }

  const isConstant = (node: ts.Node): boolean => {
    for (let up = node.parent; up; up = up.parent) if (ts.isFunctionLike(up) || ts.isClassDeclaration(up)) return false;
    return true;
  };

  /** The changes of an expression by itself, its parts apart. */
  function changesOf(node: ts.Expression): Change[] {
    const parent = node.parent;
    const found: Change[] = [];
    // A number or a name alone does not say which one is meant: what stands around it does.
    const about = ts.isNumericLiteral(node) || (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand)) || ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
    const inside = raw(parent);
    const from = node.getStart(source) - parent.getStart(source);
    const apart = about && inside.length <= 60 && !ts.isBlock(parent);
    const give = (changed: string): void => {
      const what = apart ? `${short(inside)} → ${short(inside.slice(0, from) + changed + inside.slice(from + raw(node).length))}` : `${short(raw(node))} → ${short(changed)}`;
      found.push({ text: changed, what });
    };
    if (decided(node, switches) !== undefined) return found;
    if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node;
      const between = raw(operatorToken);
      // `??` and `&&` may not stand side by side without parentheses.
      const closed = (side: ts.Expression): string => (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken && ts.isBinaryExpression(side) ? `(${raw(side)})` : raw(side));
      for (const other of OPERATORS[operatorToken.kind] ?? []) give(`${closed(left)} ${other} ${closed(right)}`);
      if (between === '&&' || between === '||') {
        if (decided(right, switches) === undefined) give(raw(left));
        if (decided(left, switches) === undefined) give(raw(right));
      }
      // Texts are added as well; of those a test sees NaN.
      if (between === '+' && !ts.isStringLiteralLike(left) && !ts.isStringLiteralLike(right) && !ts.isTemplateExpression(right)) give(`${raw(left)} - ${raw(right)}`);
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) give(raw(node.operand));
    else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && node.operator === ts.SyntaxKind.PlusPlusToken) give(raw(node).replace('++', '--'));
    else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && node.operator === ts.SyntaxKind.MinusMinusToken) give(raw(node).replace('--', '++'));
    else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) give(raw(node.operand));
    else if (ts.isNumericLiteral(node)) {
      // A 0 or 1 that is a flag or a code is changed, too. Of a negative number the sign: most of these stand for "none", as any other would.
      if (!ts.isPrefixUnaryExpression(parent) || parent.operator !== ts.SyntaxKind.MinusToken) give(`${Number(raw(node).replace(/_/g, '')) + 1}`);
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) give('false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) give('true');
    else if (ts.isIdentifier(node) && isCode(node.text)) give(otherCode(node.text));
    else if (ts.isPropertyAccessExpression(node) && isCode(node.name.text)) give(otherCode(node.name.text));
    else if (ts.isConditionalExpression(node)) {
      if (decided(node.condition, switches) === undefined) {
        give(raw(node.whenTrue));
        give(raw(node.whenFalse));
      }
    }
    if (parent && ts.isIfStatement(parent) && parent.expression === node) {
      found.push({ text: 'true', what: `if (${short(raw(node))}) → if (true)` });
      found.push({ text: 'false', what: `if (${short(raw(node))}) → if (false)` });
    }
    return found;
  }

  /** May an expression stand in parentheses here, and be something else? */
  function isValue(node: ts.Expression): boolean {
    const { parent } = node;
    if (ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment) return false;
    if ((ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) && (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken)) return false;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
    if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
    if (ts.isShorthandPropertyAssignment(parent) || ts.isPropertyDeclaration(parent) && parent.name === node) return false;
    if (ts.isBindingElement(parent) && parent.initializer !== node) return false;
    if ((ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isFunctionDeclaration(parent) || ts.isMethodDeclaration(parent)) && parent.name === node) return false;
    if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent) || ts.isEnumMember(parent) || ts.isLiteralTypeNode(parent)) return false;
    if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.expression === node;
    return true;
  }

  /** The text of a node with the switches of everything in it. */
  function write(node: ts.Node): string {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return raw(node);
    if (ts.isVariableStatement(node) && isConstant(node)) return writeConstants(node);
    // What is off in the sources is not run.
    if (isExpression(node) && decided(node, switches) !== undefined) return raw(node);
    if (ts.isIfStatement(node) && decided(node.expression, switches) === false && !node.elseStatement) return raw(node);
    let out = '';
    let at = node.getStart(source);
    let dead = false;
    ts.forEachChild(node, (child) => {
      const start = child.getStart(source);
      if (start < at) return;
      out += text.slice(at, start);
      if (ts.isIfStatement(node) && child === node.thenStatement && decided(node.expression, switches) === false) {
        out += raw(child);
        at = child.getEnd();
        return;
      }
      if (ts.isConditionalExpression(node) && child !== node.condition && decided(node.condition, switches) === (child === node.whenFalse)) {
        out += raw(child);
        at = child.getEnd();
        return;
      }
      if (dead) {
        out += raw(child);
        at = child.getEnd();
        return;
      }
      // Behind `if (FEATURE_X) return …;` nothing runs.
      if (ts.isBlock(node) && ts.isIfStatement(child) && decided(child.expression, switches) && !child.elseStatement && alwaysReturns(child.thenStatement)) dead = true;
      // A change that makes a loop endless is noticed by the count of its rounds.
      out += ts.isIterationStatement(node, false) && child === node.statement ? `{__lap();${write(child)}}` : write(child);
      at = child.getEnd();
    });
    out += text.slice(at, node.getEnd());
    if (ts.isExpressionStatement(node) && !isConstant(node) && !ts.isStringLiteral(node.expression)) {
      const id = add(node, `${short(raw(node))} → nothing`);
      return `{if(!__mutant(${id})){${out}}}`;
    }
    if (!isExpression(node) || isConstant(node) || !isValue(node)) return out;
    const changes = changesOf(node);
    if (!changes.length) return out;
    let all = '(';
    for (const { what, text: changed } of changes) all += `__mutant(${add(node, what)})?(${changed}):`;
    return `${all}(${out}))`;
  }

  /** `const LIMIT = 4000;` of a module: a number whose change has to reach who has imported it. */
  function writeConstants(node: ts.VariableStatement): string {
    let after = '';
    for (const { name: id, initializer } of node.declarationList.declarations) {
      if (!initializer || !ts.isIdentifier(id) || isAssigned(id.text) || !/^[\d_.* +-]+$/.test(raw(initializer))) continue;
      const changed = `(${raw(initializer)}) + 1`;
      const site = add(node, `${id.text} = ${short(raw(initializer))} → ${changed}`, true);
      after += `__constant(${site},function(on){${id.text}=on?${changed}:${raw(initializer)}});`;
    }
    if (!after) {
      // Functions in it are written as usual.
      let out = '';
      let at = node.getStart(source);
      ts.forEachChild(node, (child) => {
        out += text.slice(at, child.getStart(source)) + write(child);
        at = child.getEnd();
      });
      return out + text.slice(at, node.getEnd());
    }
    return raw(node).replace(/\bconst\b/, 'let') + after;
  }

  let code = '';
  let at = 0;
  for (const statement of source.statements) {
    code += text.slice(at, statement.getStart(source)) + write(statement);
    at = statement.getEnd();
  }
  return { sites, code: code + text.slice(at) };
}

function isExpression(node: ts.Node): node is ts.Expression {
  return (
    ts.isBinaryExpression(node) || ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node) || ts.isNumericLiteral(node) || ts.isIdentifier(node) || ts.isConditionalExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword || ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) ||
    ts.isParenthesizedExpression(node)
  );
}
