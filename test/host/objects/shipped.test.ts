import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import * as generated from '../../../src/device/objects/generated/index';
import { compareDefinitions, RESOURCE_TYPES, type ResourceDefinition } from '../../../src/host/objects/definition';
import { selectDeviceDefinitions } from '../../../src/host/objects/emit';
import { emitDefinitions } from '../../../src/host/objects/json';
import { objectNames, resourceConstants } from '../../../src/host/objects/names';
import { loadShipped, SHIPPED_DEFINITIONS } from '../../../src/host/objects/shipped';
import { runObjects } from './command';

interface GeneratedObject {
  ID: number;
  VERSION: string;
  table(): Uint16Array;
}

const tables = Object.values(generated) as unknown as GeneratedObject[];
const shipped = loadShipped();

/** Reads a table by the numbers that devices in the field know, not by the constants that it was written with. */
function decode(table: Uint16Array): Partial<ResourceDefinition>[] {
  const resources: Partial<ResourceDefinition>[] = [];
  for (let at = 0; at < table.length; at += 2) {
    const meta = table[at + 1];
    const operations = meta & 0x40 ? 'E' : meta & 0x20 ? meta & 0x10 ? 'RW' : 'W' : meta & 0x10 ? 'R' : '';
    const type = ['none', 'string', 'integer', 'unsigned', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'corelnk'][meta & 15] as ResourceDefinition['type'];
    resources.push({ id: table[at], type, operations, multiple: (meta & 0x80) !== 0, mandatory: (meta & 0x100) !== 0 });
  }
  return resources;
}

test('every table decodes back to the definition that it was made of', t => {
  const selected = selectDeviceDefinitions(shipped);
  t.deepEqual(tables.map(({ ID }) => ID).sort((a, b) => a - b), selected.map(({ id }) => id));
  for (const { ID, VERSION, table } of tables) {
    const definition = selected.find(({ id }) => id === ID)!;
    t.is(VERSION, definition.version);
    t.deepEqual(decode(table()), definition.resources.map(({ id, type, operations, multiple, mandatory }) => ({ id, type, operations, multiple, mandatory })));
  }
});

test('every table is sorted by id, and table() makes a new one each time', t => {
  for (const { table } of tables) {
    const ids = [...table()].filter((_, index) => index % 2 === 0);
    t.deepEqual(ids, [...new Set(ids)].sort((a, b) => a - b));
    t.not(table(), table());
  }
});

test('every model has its id, a table of its own, and its version where that is not 1.0', t => {
  for (const { ID, VERSION, model } of Object.values(generated)) {
    t.deepEqual({ ...model(), table: [] }, { id: ID, ...(VERSION as string) !== '1.0' && { version: VERSION }, table: [] });
    t.not(model().table, model().table);
  }
});

test('every constant has its resource\'s id', t => {
  const selected = selectDeviceDefinitions(shipped);
  for (const [id, { namespace }] of objectNames(selected)) {
    const constants = { ...(generated as unknown as Record<string, Record<string, unknown>>)[namespace] };
    delete constants.table;
    delete constants.model;
    delete constants.VERSION;
    const names = [...resourceConstants(selected.find(definition => definition.id === id)!.resources)].map(([resource, name]) => [name, resource]);
    t.deepEqual(constants, Object.fromEntries([['ID', id], ...names]));
  }
});

/** LwM2M TS 1.0.2, appendix E: id, type, operations, then + for multiple, ! for mandatory. */
const LWM2M_1_0: Record<string, string> = {
  0: '0string! 1boolean! 2integer! 3opaque! 4opaque! 5opaque! 6integer 7opaque 8opaque 9string 10integer 11integer 12integer',
  1: '0integerR! 1integerRW! 2integerRW 3integerRW 4noneE 5integerRW 6booleanRW! 7stringRW! 8noneE!',
  2: '0integerR! 1integerR! 2integerRW+ 3integerRW!',
  3: '0stringR 1stringR 2stringR 3stringR 4noneE! 5noneE 6integerR+ 7integerR+ 8integerR+ 9integerR 10integerR 11integerR+! 12noneE 13timeRW ' +
    '14stringRW 15stringRW 16stringR! 17stringR 18stringR 19stringR 20integerR 21integerR 22objlnkR+',
  4: '0integerR! 1integerR+! 2integerR! 3integerR 4stringR+! 5stringR+ 6integerR 7stringR+ 8integerR 9integerR 10integerR',
  5: '0opaqueW! 1stringRW! 2noneE! 3integerR! 5integerR! 6stringR 7stringR 8integerR+ 9integerR!',
  6: '0floatR! 1floatR! 2floatR 3floatR 4opaqueR 5timeR! 6floatR',
  7: '0integerR 1integerR 2integerR 3integerR 4integerR 5integerR 6noneE! 7noneE! 8integerRW',
};

test('the device\'s objects 0 to 7 are those of LwM2M 1.0', t => {
  for (const [id, expected] of Object.entries(LWM2M_1_0)) {
    const table = tables.find(({ ID }) => ID === Number(id))!;
    t.is(table.VERSION, '1.0');
    t.is(decode(table.table()).map(({ id, type, operations, multiple, mandatory }) => `${id}${type}${operations}${multiple ? '+' : ''}${mandatory ? '!' : ''}`).join(' '), expected);
  }
});

test('users\' names', t => {
  t.is(generated.Temperature.ID, 3303);
  t.is(generated.Temperature.SENSOR_VALUE, 5700);
  t.is(generated.Device.MANUFACTURER, 0);
  t.is(generated.Security.LWM2M_SERVER_URI, 0);
  t.is(generated.FirmwareUpdate.PKG_VERSION, 7);
  t.is(generated.Location3336.ID, 3336);
});

test('every definition that ships is complete and in order, with the registry\'s descriptions under their copyright', t => {
  t.deepEqual(shipped, [...shipped].sort(compareDefinitions));
  for (const { id, copyright, description, resources } of shipped) {
    t.truthy(description, String(id));
    t.regex(copyright ?? '', /^20\d\d(-20\d\d)? (Open Mobile Alliance|Eclipse Foundation)$/, String(id));
    for (const resource of resources) {
      t.true(RESOURCE_TYPES.includes(resource.type));
      t.is(resource.type === 'none', resource.operations === 'E');
      t.deepEqual(Object.keys(resource).filter(key => !['id', 'name', 'type', 'operations', 'multiple', 'mandatory', 'units', 'range', 'description'].includes(key)), []);
    }
  }
});

test('regenerating what is checked in from definitions.json changes nothing', t => {
  t.is(emitDefinitions(shipped), readFileSync(SHIPPED_DEFINITIONS, 'utf8'));
  t.deepEqual(runObjects('--check'), { code: 0, lines: ['66 files are up to date'], notes: [], problems: [] });
});

const registry = fileURLToPath(new URL('../../../../shared/registry', import.meta.url));

test('regenerating what is checked in from the registry\'s XML changes nothing', t => {
  if (!existsSync(registry)) {
    t.log('skipped: there is no ../shared/registry with the OMA XML beside this clone');
    t.pass();
    return;
  }
  const { code, problems } = runObjects('--check', registry);
  t.is(code, 0, problems.join('\n'));
  const descriptions = readFileSync(`${registry}/3303.xml`, 'utf8').match(/(?<=<Description>)[^<\n]{40,}(?=<)/g)!;
  t.true(descriptions.length > 0);
  for (const description of descriptions) t.true(readFileSync(SHIPPED_DEFINITIONS, 'utf8').includes(description.trim()), description);
});
