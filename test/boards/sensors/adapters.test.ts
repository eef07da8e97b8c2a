/** Every I2C, 1-Wire and pin adapter: the promises of src/device/hal/io.ts, on a double of its engine, with a whole driver above it. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import ts from 'typescript';
import { openAnalog as openAnalogSensor } from '../../../boards/sensors/analog';
import { openBme280 } from '../../../boards/sensors/bme280';
import { openDs18b20 } from '../../../boards/sensors/ds18b20';
import { FAULT_ANSWER, FAULT_LENGTH } from '../../../boards/sensors/faults';
import type { I2c } from '../../../src/device/hal/io';
import { inPackage } from '../../../src/host/build/root';
import { CALIBRATION, CALIBRATION_H, bytes, crcMaxim, DATA_BME280, ROM, take, valuesOf } from './chips';
import { I2cRegisters, OneWireThermometer, Registers } from './doubles';

/** An adapter, loaded with the globals and modules that its engine gives it. */
function load(name: string, globals: Record<string, unknown>): any {
  const source = readFileSync(inPackage('boards', 'adapters', name + '.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS } });
  const adapter = {};
  new Function('exports', 'require', ...Object.keys(globals), outputText)(adapter, () => ({ ...globals, default: globals.I2C, __esModule: true }), ...Object.values(globals));
  return adapter;
}

/** A BME280 at 76h, and nobody elsewhere. */
function makeWorld() {
  const registers = new Registers(0, (register, value, r) => {
    if (register === 0xf4 && (value & 3) === 1) r.set(0xf7, DATA_BME280);
  });
  registers.set(0xd0, [0x60]).set(0x88, CALIBRATION).set(0xe1, CALIBRATION_H).set(0xf7, bytes('8000008000008000'));
  const device = new I2cRegisters(registers);
  const world = { device, closed: 0, kept: 0, setup: undefined as unknown };
  const write = (address: number, data: Uint8Array): boolean => address === 0x76 && device.write(data);
  const read = (address: number, count: number): Uint8Array | undefined => {
    const into = new Uint8Array(count);
    const got = address === 0x76 ? device.read(into) : 0;
    return got ? into.slice(0, got) : undefined;
  };
  return { world, write, read };
}

type Made = { open(address: number): I2c; world: ReturnType<typeof makeWorld>['world']; owned: boolean };

const ENGINES: Record<string, () => Made> = {
  espruino: () => {
    const { world, write, read } = makeWorld();
    class I2C {
      setup(options: unknown) {
        world.setup = options;
      }
      writeTo(address: any, data: Uint8Array) {
        if (address.stop === false) world.kept++;
        if (!write(address.address ?? address, data)) throw new Error('I2C Error: No ACK');
      }
      readFrom(address: any, count: number) {
        const got = read(address, count);
        if (!got) throw new Error('I2C Error: No ACK');
        return got;
      }
    }
    return { world, owned: false, open: (address) => load('i2c-espruino', { I2C }).openI2c({ address, data: 4, clock: 5 }) };
  },
  kaluma: () => {
    const { world, write, read } = makeWorld();
    class I2C {
      write = (data: Uint8Array, address: number) => (write(address, data) ? data.length : -1);
      read = (count: number, address: number) => read(address, count) ?? null;
      close = () => world.closed++;
    }
    return { world, owned: true, open: (address) => load('i2c-kaluma', { I2C }).openI2c({ address, data: 4, clock: 5 }) };
  },
  'kaluma that throws': () => {
    const { world, write, read } = makeWorld();
    class I2C {
      write(data: Uint8Array, address: number) {
        if (!write(address, data)) throw new Error('I2C write failed');
        return data.length;
      }
      read(count: number, address: number) {
        const got = read(address, count);
        if (!got) throw new Error('I2C read failed');
        return got;
      }
      close = () => world.closed++;
    }
    return { world, owned: true, open: (address) => load('i2c-kaluma', { I2C }).openI2c({ address, data: 4, clock: 5 }) };
  },
  moddable: () => {
    const { world, write, read } = makeWorld();
    class I2C {
      constructor(readonly options: { address: number }) {
        world.setup = options;
      }
      write(data: Uint8Array, stop: boolean) {
        if (!stop) world.kept++;
        if (!write(this.options.address, data)) throw new Error('write failed');
      }
      read(into: Uint8Array) {
        const got = read(this.options.address, into.length);
        // ECMA-419: all bytes, or it throws.
        if (!got || got.length !== into.length) throw new Error('read failed');
        into.set(got);
      }
      close() {
        world.closed++;
      }
    }
    return { world, owned: true, open: (address) => load('i2c-moddable', { I2C }).openI2c({ address, data: 4, clock: 5 }) };
  },
  node: () => {
    const { world, write, read } = makeWorld();
    const bus = {
      write: (address: number, data: Uint8Array) => (write(address, data) ? data.length : 0),
      read(address: number, into: Uint8Array) {
        const got = read(address, into.length) ?? new Uint8Array();
        into.set(got);
        return got.length;
      },
    };
    return { world, owned: false, open: (address) => load('i2c-node', {}).openI2c({ address, bus }) };
  },
};

for (const [name, make] of Object.entries(ENGINES)) {
  test(`i2c, ${name}: a driver measures through it`, (t) => {
    const sensor = openBme280({ sensor: make().open(0x76) });
    t.is(valuesOf(take(sensor)).thermometer.temperature.toFixed(2), '25.08');
  });

  test(`i2c, ${name}: no acknowledgement is false, and 0 bytes; nothing throws`, (t) => {
    const io = make().open(0x77);
    t.false(io.write(Uint8Array.of(0xd0)));
    t.is(io.read(new Uint8Array(3)), 0);
    const sensor = openBme280({ sensor: io });
    t.is(take(sensor), undefined);
    t.is(sensor.fault, FAULT_ANSWER);
  });

  test(`i2c, ${name}: an answer that is cut is seen`, (t) => {
    const { open, world } = make();
    const io = open(0x76);
    world.device.failure = 'cut';
    io.write(Uint8Array.of(0x88));
    t.true(io.read(new Uint8Array(3)) < 3);
    const sensor = openBme280({ sensor: io });
    t.is(take(sensor), undefined);
    t.true(sensor.fault === FAULT_LENGTH || sensor.fault === FAULT_ANSWER);
  });

  test(`i2c, ${name}: after close nothing is sent, and closing again does nothing`, (t) => {
    const { open, world, owned } = make();
    const io = open(0x76);
    t.true(io.write(Uint8Array.of(0xd0)));
    const { calls } = world.device;
    io.close();
    io.close();
    t.is(world.closed, owned ? 1 : 0);
    t.false(io.write(Uint8Array.of(0xd0)));
    t.is(io.read(new Uint8Array(1)), 0);
    t.is(world.device.calls, calls);
  });
}

test('i2c, node: without a bus no device answers', (t) => {
  const io: I2c = load('i2c-node', {}).openI2c({ address: 0x76 });
  t.false(io.write(Uint8Array.of(1)));
  t.is(io.read(new Uint8Array(1)), 0);
});

test('i2c, espruino and moddable: the register is written without a stop, as a repeated start asks for it', (t) => {
  for (const name of ['espruino', 'moddable'] as const) {
    const { open, world } = ENGINES[name]!();
    take(openBme280({ sensor: open(0x76) }));
    t.true(world.kept > 3);
  }
});

test('1-Wire, espruino: a DS18B20 measures through it, and none is no answer', (t) => {
  const rom = Uint8Array.from(ROM);
  rom[7] = crcMaxim(rom.subarray(0, 7));
  const double = new OneWireThermometer(rom, bytes('a2004b467fff0e10e5'));
  class OneWire {
    reset = () => double.reset();
    write = (data: Uint8Array, power: boolean) => void double.write(data, power);
    read(count: number) {
      const into = new Uint8Array(count);
      double.read(into);
      return into;
    }
  }
  const io = load('onewire-espruino', { OneWire }).openOneWire({ pin: 2 });
  const sensor = openDs18b20({ sensor: io });
  t.deepEqual(valuesOf(take(sensor)).thermometer, { temperature: 10.125 });
  double.failure = 'silent';
  t.is(take(sensor), undefined);
  t.is(sensor.fault, FAULT_ANSWER);
  sensor.close();
  sensor.close();
  t.false(io.reset());
  t.is(io.read(new Uint8Array(2)), 0);
});

test('pins, espruino: levels are 0 and 1, analog values 12 bits, and nothing after close', (t) => {
  const modes: unknown[] = [];
  const adapter = load('pin-espruino', { pinMode: (...all: unknown[]) => modes.push(all), digitalRead: () => true, analogRead: () => 0.5 });
  const pin = adapter.openDigital({ pin: 3, mode: 'input_pullup' });
  t.deepEqual(modes, [[3, 'input_pullup', false]]);
  t.is(pin.read(), 1);
  pin.close();
  t.is(pin.read(), undefined);
  const analog = adapter.openAnalog({ pin: 0 });
  const sensor = openAnalogSensor({ sensor: analog, reference: 1 });
  t.true(Math.abs(sensor.sample()!.voltmeter!.voltage! - 0.5) < 0.001);
  sensor.close();
  t.is(analog.read(), undefined);
});

test('1-Wire and pins, node: what the program brings, and else no answer', (t) => {
  const wires = load('onewire-node', {});
  const rom = Uint8Array.from(ROM);
  rom[7] = crcMaxim(rom.subarray(0, 7));
  const sensor = openDs18b20({ sensor: wires.openOneWire({ pin: 1, bus: new OneWireThermometer(rom, bytes('a2004b467fff0e10e5')) }) });
  t.deepEqual(valuesOf(take(sensor)).thermometer, { temperature: 10.125 });
  sensor.close();
  const none = openDs18b20({ sensor: wires.openOneWire({ pin: 1 }) });
  t.is(take(none), undefined);
  t.is(none.fault, FAULT_ANSWER);
  const pins = load('pin-node', {});
  t.is(openAnalogSensor({ sensor: pins.openAnalog({ pin: 1, read: () => 4095 }), reference: 2 }).sample()!.voltmeter!.voltage, 2);
  t.is(openAnalogSensor({ sensor: pins.openAnalog({ pin: 1 }) }).sample(), undefined);
  const pin = pins.openDigital({ read: () => 1 });
  t.is(pin.read(), 1);
  pin.close();
  t.is(pin.read(), undefined);
});
