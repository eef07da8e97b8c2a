/**
 * The gate reads the minified output once more. Code that an engine would refuse or, worse, silently run wrong, is an error of the build. Each rule
 * was measured on the engines; CONTRIBUTING lists them.
 */
import { checkNames, CORE, type Surroundings } from './names';
import { checkOrder } from './order';
import { buildScopes } from './scope';
import { checkShape } from './shape';
import { parseProgram, type Finding, type Node } from './tree';
import { checkValues } from './value';

export { CORE, type Surroundings } from './names';
export type { Finding } from './tree';

/**
 * Finds everything in the program that must not go to a device, in source order. The code is a CommonJS module or a script in ES5. A syntax error is
 * also a finding.
 */
export function checkProgram(code: string, where: Surroundings = CORE): Finding[] {
  const findings: Finding[] = [];
  const report = (rule: string, node: Node, why: string) => {
    findings.push({ rule, at: node.start, why });
  };
  let program: Node;
  try {
    program = parseProgram(code);
  } catch (error) {
    const { pos = 0, message } = error as SyntaxError & { pos?: number };
    return [{ rule: 'syntax', at: pos, why: `not ES5: ${message.replace(/ \(\d+:\d+\)$/, '')}` }];
  }
  const root = buildScopes(program);
  checkOrder(root, !!where.strictCatch, report);
  checkShape(program, code, report);
  checkValues(root, report);
  checkNames(root, where, report);
  return findings.sort((a, b) => a.at - b.at);
}

/** One line for a finding: rule, place, excerpt, reason. `origin` names the place in the sources, if known. */
export function formatFinding(finding: Finding, code: string, file: string, origin?: string): string {
  const head = code.slice(0, finding.at);
  const line = head.split('\n').length;
  const column = finding.at - head.lastIndexOf('\n');
  const excerpt = code.slice(Math.max(0, finding.at - 20), finding.at + 40).replace(/\s+/g, ' ');
  return `${finding.rule}: ${origin ? `${origin} (${file}:${line}:${column})` : `${file}:${line}:${column}`}: …${excerpt}…: ${finding.why}`;
}
