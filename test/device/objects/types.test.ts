/** What the compiler knows of objects: which resources there are, and of what type each is (LwM2M 1.0.2 appendices C and D). */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { inPackage } from '../../../src/host/build/root';
import { emitDeviceFiles } from '../../../src/host/objects/emit';
import { parseObjectXml } from '../../../src/host/objects/xml';

const HEAD = `
import { connect } from 'wixt';
import type { Device as Connected } from 'wixt';
import { device, firmwareUpdate, FirmwareUpdate, get, location, measure, moveTo, object, portfolio, sensor, set, connectivityMonitoring, setConnection } from 'wixt/objects';
import { BinaryAppDataContainer, ConnectivityMonitoring, Device, DigitalOutput, Humidity, Location, Portfolio, Server, Temperature, TestObject } from 'wixt/objects';
import type { InstancesOf, ResourcesOf } from 'wixt/objects';
import { EveryType } from './own/index';
declare const board: Connected;
declare const n: number;
declare const s: string;
declare const bytes: Uint8Array;
const self = device({ [Device.BATTERY_LEVEL]: 50 }, {});
const thermometer = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 21.5, [Temperature.SENSOR_UNITS]: 'Cel' } });
const all = object(TestObject.model(), { 0: {} });
const data = object(BinaryAppDataContainer.model(), {}, { create: true });
const output = object(DigitalOutput.model(), { 0: { [DigitalOutput.DIGITAL_OUTPUT_STATE]: false } });
const hand = object({ id: 30000, table: new Uint16Array([0, 0x11]) }, { 0: { 0: 'x' } });
const own = object(EveryType.model(), { 0: {} });
`;

/** What a program may say, a line each. */
const GOOD = `
device({ [Device.MANUFACTURER]: 'x', [Device.BATTERY_LEVEL]: n, [Device.ERROR_CODE]: [0], [Device.CURRENT_TIME]: 1367491215 }, { clock: Date.now });
device({ [Device.BATTERY_LEVEL]: () => 5, [Device.FIRMWARE_VERSION]: () => (n > 1 ? 'x' : undefined) }, {});
device({ [Device.UTC_OFFSET]: (given?: string) => given || '+02:00', [Device.CURRENT_TIME]: (given?: number) => given || 5 }, {});
device({ [Device.POWER_SOURCE_VOLTAGE]: { 0: 3800, 1: 5000 }, [Device.POWER_SOURCE_CURRENT]: () => [n], [Device.EXT_DEV_INFO]: ['3300:0'] }, {});
set(board, self, 0, Device.BATTERY_LEVEL, 46);
set(board, self, 0, Device.BATTERY_LEVEL, n);
set(board, self, 0, 9, 46);
set(board, self, 0, Device.MANUFACTURER, s);
set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, [3800, n]);
set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, { 0: 3800, 3: n });
set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, {} as Record<string, number>);
set(board, self, 0, Device.CURRENT_TIME, 1367491215);
set(board, thermometer, 0, Temperature.SENSOR_VALUE, 21.5);
set(board, thermometer, 0, Temperature.SENSOR_UNITS, 'Cel');
measure(board, thermometer, 0, 21.5);
sensor(Humidity.model(), { 0: { [Humidity.SENSOR_VALUE]: 40 }, 1: { [Humidity.SENSOR_VALUE]: n, [Humidity.SENSOR_UNITS]: '%RH' } });
sensor(Humidity.model(), { 0: { [Humidity.SENSOR_VALUE]: () => n } });
set(board, all, 0, TestObject.BOOLEAN_VALUE, true);
set(board, all, 0, TestObject.OPAQUE_VALUE, bytes);
set(board, all, 0, TestObject.OPAQUE_VALUE, { length: 5, subarray: (from, to) => new Uint8Array(to - from) });
set(board, all, 0, TestObject.UNSIGNED_INTEGER_VALUE, new Uint8Array(8));
set(board, all, 0, TestObject.OBJ_LINK_VALUE, '3:0');
object(TestObject.model(), { 0: { [TestObject.RESET_VALUES]: (args) => { s.concat(args['0'] || ''); } } });
object(Portfolio.model(), { 0: { [Portfolio.IDENTITY]: ['a', 'b'] } }, { create: (instance) => ({ [Portfolio.IDENTITY]: ['new ' + instance] }), onWrite: () => 0 });
set(board, data, 0, BinaryAppDataContainer.DATA, [bytes]);
set(board, output, 0, DigitalOutput.DIGITAL_OUTPUT_STATE, true);
object(DigitalOutput.model(), { 0: { [DigitalOutput.DIGITAL_OUTPUT_STATE]: (given?: boolean) => (given === undefined ? n > 1 : void given) } });
set(board, hand, 0, 0, 'anything');
set(board, hand, 0, n, [1]);
get(self, 0, Device.MANUFACTURER)!.slice(1);
(get(self, 0, Device.BATTERY_LEVEL) as number) + 1;
get(thermometer, 0, Temperature.SENSOR_VALUE)! + 1;
get(hand, 0, 0);
const given: ResourcesOf<Device.Types> = { [Device.MANUFACTURER]: 'x' }; device(given, {});
const several: InstancesOf<Temperature.Types> = { 0: { [Temperature.SENSOR_VALUE]: 5 } }; object(Temperature.model(), several);
connectivityMonitoring({ bearer: 21, signal: -60, addresses: ['192.0.2.1'] }, { [ConnectivityMonitoring.CELL_ID]: 5 });
set(board, own, 0, EveryType.TEXT, 'x');
set(board, own, 0, EveryType.WHOLE, [1, 2]);
`;

/** What it may not, a line each: the compiler refuses that line. */
const BAD = `
device({ [Device.BATTERY_LEVEL]: 'full' }, {});
device({ [Device.MANUFACTURER]: 5 }, {});
device({ [Device.BATTERY_LEVEL]: [5] }, {});
device({ [Device.BATTERY_LEVEL]: null }, {});
device({ [Device.BATTERY_LEVEL]: true }, {});
device({ [Device.BATTERY_LEVEL]: () => 'full' }, {});
device({ [Device.UTC_OFFSET]: (given?: number) => '' + given }, {});
device({ [Device.ERROR_CODE]: 0 }, {});
device({ [Device.ERROR_CODE]: 'text' }, {});
device({ [Device.ERROR_CODE]: ['text'] }, {});
device({ [Device.POWER_SOURCE_VOLTAGE]: { 0: 'x' } }, {});
device({ [Device.REBOOT]: 5 }, {});
device({ [Device.REBOOT]: 'now' }, {});
device({ 100: 'x' }, {});
device({ [Temperature.SENSOR_VALUE]: 5 }, {});
set(board, self, 0, Device.BATTERY_LEVEL, 'full');
set(board, self, 0, Device.BATTERY_LEVEL, s);
set(board, self, 0, Device.BATTERY_LEVEL, [46]);
set(board, self, 0, Device.BATTERY_LEVEL, null);
set(board, self, 0, Device.BATTERY_LEVEL, undefined);
set(board, self, 0, Device.BATTERY_LEVEL, () => 5);
set(board, self, 0, Device.MANUFACTURER, 5);
set(board, self, 0, Device.MANUFACTURER, ['x']);
set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, 3800);
set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, '3800');
set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, ['3800']);
set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, { x: 5 });
set(board, self, 0, Device.EXT_DEV_INFO, '3:0');
set(board, self, 0, Device.CURRENT_TIME, new Date());
set(board, self, 0, Device.REBOOT, 0);
set(board, self, 0, Device.FACTORY_RESET, () => {});
set(board, self, 0, 99, 5);
set(board, self, 0, n, 5);
set(board, self, 0, Temperature.SENSOR_VALUE, 5);
set(board, thermometer, 0, Temperature.SENSOR_VALUE, '21');
set(board, thermometer, 0, Temperature.SENSOR_VALUE, bytes);
set(board, thermometer, 0, Temperature.SENSOR_UNITS, 5);
set(board, thermometer, 0, Temperature.RESET_MIN_AND_MAX_MEASURED_VALUES, 0);
set(board, thermometer, 0, Device.BATTERY_LEVEL, 5);
measure(board, thermometer, 0, '21');
measure(board, thermometer, 0, true);
measure(board, self, 0, 21);
sensor(Temperature.model(), { 0: {} });
sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: '21' } });
sensor(Temperature.model(), { 0: { [Temperature.SENSOR_UNITS]: 'Cel' } });
sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 21, [Temperature.SENSOR_UNITS]: 5 } });
sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 21, 9: 5 } });
sensor(Device.model(), { 0: { [Device.BATTERY_LEVEL]: 5 } });
object(TestObject.model(), { 0: { [TestObject.BOOLEAN_VALUE]: 1 } });
object(TestObject.model(), { 0: { [TestObject.OPAQUE_VALUE]: 'abc' } });
object(TestObject.model(), { 0: { [TestObject.OPAQUE_VALUE]: [1, 2] } });
object(TestObject.model(), { 0: { [TestObject.RESET_VALUES]: 0 } });
object(TestObject.model(), { 0: { [TestObject.OBJ_LINK_VALUE]: 3 } });
object(Portfolio.model(), { 0: { [Portfolio.IDENTITY]: 'a' } }, { create: true });
object(Portfolio.model(), {}, { create: () => ({ [Portfolio.IDENTITY]: 'a' }) });
object(Portfolio.model(), {}, { create: () => ({ [Portfolio.IDENTITY]: [5] }) });
set(board, data, 0, BinaryAppDataContainer.DATA, bytes);
set(board, output, 0, DigitalOutput.DIGITAL_OUTPUT_STATE, 1);
get(self, 0, Device.BATTERY_LEVEL)!.slice(1);
get(self, 0, 99);
const given: ResourcesOf<Device.Types> = { [Device.MANUFACTURER]: 5 };
connectivityMonitoring({ bearer: 21, signal: -60, addresses: ['192.0.2.1'] }, { [ConnectivityMonitoring.CELL_ID]: 'x' });
set(board, own, 0, EveryType.TEXT, 5);
set(board, own, 0, EveryType.WHOLE, 1);
set(board, own, 0, EveryType.GO, 1);
object(EveryType.model(), { 0: { [EveryType.TEXT]: 5 } });
object(EveryType.model(), { 0: { 77: 5 } });
`;

const OWN = `<?xml version="1.0"?><LWM2M><Object ObjectType="MODefinition"><Name>Every Type</Name><ObjectID>33000</ObjectID><ObjectURN>urn:oma:lwm2m:x:33000</ObjectURN>
<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Resources>
<Item ID="1"><Name>Text</Name><Operations>RW</Operations><MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Type>String</Type></Item>
<Item ID="2"><Name>Whole</Name><Operations>R</Operations><MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory><Type>Integer</Type></Item>
<Item ID="3"><Name>Go</Name><Operations>E</Operations><MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Type></Type></Item>
</Resources></Object></LWM2M>`;

const lines = (text: string) => text.trim().split('\n');

/** A folder with a program of good lines and one of bad ones, in functions of their own so that names do not meet, and an object of the person's own. */
function writeProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-types-'));
  const program = (list: string[]) => `${HEAD}${list.map((line) => `{ ${line} }`).join('\n')}\n`;
  const { definitions, problems } = parseObjectXml(Buffer.from(OWN), 'own.xml');
  if (problems.length) throw new Error(problems.join('\n'));
  mkdirSync(join(folder, 'own'));
  for (const { name, text } of emitDeviceFiles(definitions)) writeFileSync(join(folder, 'own', name), text);
  writeFileSync(join(folder, 'good.ts'), program(lines(GOOD)));
  writeFileSync(join(folder, 'bad.ts'), program(lines(BAD)));
  return folder;
}

/** As the project of `wixt new` for a board without Node has them. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES5,
  ignoreDeprecations: '5.0',
  lib: ['lib.es5.d.ts'],
  types: [],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/** What the compiler says of the project, by file and line of its list; below 0 for what stands before it. */
function compile(folder: string, paths: Record<string, string[]>): { good: string[]; bad: Map<number, string[]> } {
  const program = ts.createProgram([join(folder, 'good.ts'), join(folder, 'bad.ts'), inPackage('boards', 'types', 'espruino.d.ts')], { ...OPTIONS, paths });
  const good: string[] = [];
  const bad = new Map<number, string[]>();
  const from = HEAD.split('\n').length - 1;
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    const line = file ? file.getLineAndCharacterOfPosition(start!).line : -1;
    if (file?.fileName.endsWith('bad.ts')) bad.set(line - from, [...(bad.get(line - from) ?? []), text]);
    else good.push(`${file?.fileName}:${line + 1} ${text}`);
  }
  return { good, bad };
}

function check(t: { deepEqual(a: unknown, b: unknown): void; true(v: boolean, m?: string): void }, folder: string, paths: Record<string, string[]>): void {
  const { good, bad } = compile(folder, paths);
  t.deepEqual(good, []);
  t.deepEqual([...bad.keys()].filter((line) => line < 0), []);
  for (const [k, line] of lines(BAD).entries()) t.true(bad.has(k), `the compiler takes: ${line}`);
}

test('what a program says of its objects compiles when it is right, and not when it is not, against the declarations that the package ships', (t) => {
  const folder = writeProject();
  try {
    // As rollup.config.js makes dist/types.
    const roots = [inPackage('boards', 'esp8266', 'main.ts'), inPackage('src', 'device', 'objects', 'index.ts')];
    const out = join(folder, 'types');
    const program = ts.createProgram([...roots, inPackage('boards', 'types', 'espruino.d.ts')], {
      ...OPTIONS, noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: out, rootDir: inPackage(), paths: { tslib: [inPackage('src', 'host', 'build', 'no-helpers.d.ts')] },
    });
    program.emit();
    check(t, folder, { wixt: [join(out, 'boards', 'esp8266', 'main.d.ts')], 'wixt/objects': [join(out, 'src', 'device', 'objects', 'index.d.ts')] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('types leave no byte: a generated module is constants, a table and a model', (t) => {
  const file = inPackage('src', 'device', 'objects', 'generated', 'device.ts');
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.ESNext, removeComments: true, ignoreDeprecations: '5.0' } });
  t.notRegex(outputText, /Types|'R |types/);
  t.regex(outputText, /export var BATTERY_LEVEL = 9;/);
  t.regex(outputText, /return \{ id: ID, table: table\(\) \};/);
});
