/** What a bundle takes when its functions are in RAM and not in flash: their text is in JsVars then, and no board has room for all of it. */
import { readBoard } from '../../../src/host/build/boards';
import { parseProgram, type Node } from '../../../src/host/build/gate/tree';
import { readBundle } from './device';
import { boot, findEngine, type Engine } from './espruino';

/** Characters that are read at once: the text itself must fit beside what becomes of it. */
const PART = 1500;

/** A program's functions, each as a statement, some together. */
function splitFunctions(code: string): string[] {
  const parts = [''];
  const add = (text: string) => {
    if (parts.at(-1)!.length + text.length > PART) parts.push('');
    parts[parts.length - 1] += text;
  };
  const look = (node: Node): void => {
    if (node.type === 'FunctionDeclaration') add(code.slice(node.start, node.end) + ';');
    // What stands in one place only is `exports.name = function …`.
    else if (node.type === 'SequenceExpression') node.expressions.forEach(look);
    else if (node.type === 'AssignmentExpression' && node.right.type === 'FunctionExpression') add(`exports.n${node.start}=${code.slice(node.right.start, node.right.end)};`);
    else if (node.type === 'ExpressionStatement') look(node.expression);
  };
  (parseProgram(code).body as Node[]).forEach(look);
  return parts.filter(Boolean);
}

/** JsVars that functions take, whose text is read from Storage and stays there, or is copied first. */
async function measure(engine: Engine, part: string, copied: boolean): Promise<number> {
  const before = `var exports={},before$=process.memory().usage;eval(${copied ? '""+' : ''}require("Storage").read("part"));`;
  const espruino = await boot(engine, { storage: { part, '.bootcde': before + 'print("@"+(process.memory().usage-before$)+"@")' } });
  await espruino.ended;
  const found = /@(\d+)@/.exec(espruino.output);
  if (!found || espruino.complaints.length) throw new Error(`a part of ${part.length} characters could not be measured: ${espruino.output}`);
  return Number(found[1]);
}

/** JsVars that a board's library takes more when its functions are in RAM: the sum of its parts, each measured alone. A sentence when there is no engine. */
export async function measureRam(board: string): Promise<number | string> {
  const engine = await findEngine((await readBoard(board)).board.variables);
  if (typeof engine === 'string') return engine;
  let sum = 0;
  for (const part of splitFunctions(readBundle(board))) sum += (await measure(engine, part, true)) - (await measure(engine, part, false));
  return sum;
}
