/** What an editor shows of the library's types: no fields of its own, and no object passes for a client. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { compile } from '../../../src/host/build/compile';
import { hideInternals } from '../../../src/host/build/declarations';
import { inPackage } from '../../../src/host/build/root';

test('members that begin with _ are taken out of interfaces, and of nothing else', (t) => {
  t.is(hideInternals('export interface A {\n    /** Why. */\n    _a: number;\n    _b(): void;\n    c: string;\n}\n'), 'export interface A {\n    readonly [internal]: unknown;\n    c: string;\n}\ndeclare const internal: unique symbol;\nexport {};\n');
  t.is(hideInternals('export interface A {\n    c: string;\n}\n'), 'export interface A {\n    c: string;\n}\n');
  t.is(hideInternals('export declare function f(_x: number): void;\n'), 'export declare function f(_x: number): void;\n');
});

const PROGRAM = `import { connect, poll, type Client } from 'wixt';
import { CODE_NOT_FOUND, OPTION_URI_PATH } from 'wixt/coap';
import { set, sensor, Temperature, type SensorObject } from 'wixt/objects';
const thermometer: SensorObject<Temperature.Types> = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20 } });
const board = connect({ endpoint: 'x', server: 'coap://192.0.2.1', objects: [thermometer], onEvent: (client) => poll(client, 0) });
set(board, thermometer, 0, Temperature.SENSOR_VALUE, 21);
export const registered: [132, 11] = [CODE_NOT_FOUND, OPTION_URI_PATH];
export const next: number = poll(board.client, 0);
export type Fields = keyof Client & string;
export const none: [Fields] extends [never] ? true : false = true;
`;

test('a program sees no fields of board.client, and the declarations are right in themselves', (t) => {
  t.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'wixt-types-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const files = ['src/device/index.ts', 'src/device/objects/index.ts', 'src/device/coap/index.ts', 'boards/host/main.ts'].map((file) => inPackage(file));
  compile({ files, types: ['@types/node'], target: 'es2022', rules: 'package', unchecked: true, declarations: folder });
  const check = (program: string): string[] => {
    writeFileSync(join(folder, 'program.ts'), program);
    const options: ts.CompilerOptions = {
      strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [],
      paths: { wixt: [join(folder, 'boards/host/main.d.ts')], 'wixt/objects': [join(folder, 'src/device/objects/index.d.ts')], 'wixt/coap': [join(folder, 'src/device/coap/index.d.ts')] },
    };
    return ts.getPreEmitDiagnostics(ts.createProgram([join(folder, 'program.ts')], options)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  };
  t.deepEqual(check(PROGRAM), []);
  t.regex(check(PROGRAM.replace('poll(board.client, 0)', 'poll({}, 0)')).join(), /\{\}.*Client/);
  t.regex(check(PROGRAM.replace('poll(board.client, 0)', 'board.client._n')).join(), /_n.*does not exist/);
});
