/** Every TypeScript block of the manual compiles. A block with `file=` is a whole module; any other is a part of a program. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { inPackage } from '../../src/host/build/root';
import { DOCS, listPages } from '../../tools/docs/generate';
import { readBlocks } from './support/blocks';

/** What the blocks refer to by a path of the reader. */
const AMBIENT = "declare module 'gpio';\n";

/** What a part of a program may use without saying where it comes from. */
const PRELUDE = `import { connect, type Bytes, type Device as Board, type LwM2mObject as Shown } from 'wixt';
import { CODE_BAD_REQUEST, Device, device, Dimmer, measure, object, Portfolio, sensor, set, Temperature } from 'wixt/objects';
declare const endpoint: string;
declare const server: string;
declare const objects: Shown[];
declare const board: Board;
declare function readBattery(): number;
`;
const THERMOMETER = "const thermometer = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20, [Temperature.APPLICATION_TYPE]: '' } });\n";

interface Example {
  /** Page and line. */
  place: string;
  text: string;
  /** The board whose `wixt` it imports. */
  board: string;
}

/** The blocks as modules, by file name. */
function readExamples(): Map<string, Example> {
  const examples = new Map<string, Example>();
  for (const page of listPages()) {
    if (page === 'tutorial.md') continue;
    const text = readFileSync(join(DOCS, page), 'utf8');
    readBlocks(text).forEach(({ language, attributes, text: code, line }) => {
      // What is declared there stands in AMBIENT.
      if (language !== 'ts' || attributes.file?.endsWith('.d.ts')) return;
      const whole = attributes.file || code.startsWith('///') || /^import .*wixt/m.test(code) && attributes.board;
      const shown = `${whole ? '' : PRELUDE + (code.includes('const thermometer') ? '' : THERMOMETER)}${code.replace(/^\/\/\/ <reference.*\n/, '')}\nexport {};\n`;
      examples.set(inPackage('docs', page.replace(/\.md$/, ''), `example-${line}.ts`), { place: `docs/${page}:${line}`, text: shown, board: attributes.board ?? (page === 'boards/pico.md' ? 'pico' : 'host') });
    });
  }
  return examples;
}

test('every TypeScript block of the manual compiles', (t) => {
  t.timeout(300_000);
  const examples = readExamples();
  t.true(examples.size > 15, `${examples.size} blocks`);
  const faults: string[] = [];
  for (const board of new Set([...examples.values()].map((one) => one.board))) {
    const files = [...examples.keys()].filter((file) => examples.get(file)!.board === board);
    const options: ts.CompilerOptions = {
      strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts'], module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: board === 'host' ? ['node'] : ['espruino'], typeRoots: [inPackage('node_modules/@types')],
      paths: {
        wixt: [inPackage('boards', board, 'main.ts')], 'wixt/objects': [inPackage('src/device/objects/index.ts')], 'wixt/coap': [inPackage('src/device/coap/index.ts')], 'wixt/config': [inPackage('boards/config.ts')],
        'wixt/store': [inPackage('boards/adapters/store-node.ts')], 'wixt/board': [inPackage('boards/board.ts')],
        'wixt/sensors/*': [inPackage('boards/sensors/*')], 'wixt/io/*': [inPackage(`boards/adapters/*-${board === 'host' ? 'node' : 'espruino'}`)],
      },
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = (file) => examples.has(resolve(file)) || fileExists(file);
    host.readFile = (file) => examples.get(resolve(file))?.text ?? readFile(file);
    host.getSourceFile = (file, ...rest) => {
      const example = examples.get(resolve(file));
      return example ? ts.createSourceFile(file, example.text, ts.ScriptTarget.ES2022, true) : getSourceFile(file, ...rest);
    };
    examples.set(inPackage('docs', 'ambient.d.ts'), { place: 'AMBIENT', text: AMBIENT, board });
    const program = ts.createProgram([...files, inPackage('docs', 'ambient.d.ts'), ...(board === 'host' ? [] : [inPackage('boards/types/espruino.d.ts')])], options, host);
    for (const file of files)
      for (const { messageText } of [...program.getSyntacticDiagnostics(program.getSourceFile(file)), ...program.getSemanticDiagnostics(program.getSourceFile(file))])
        faults.push(`${examples.get(file)!.place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  }
  t.deepEqual(faults, []);
});
