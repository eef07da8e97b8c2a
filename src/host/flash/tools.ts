/**
 * The npm package `espruino`, Espruino's own tools. It is not a dependency: it brings native code for Bluetooth and 48 MB that only
 * flashing needs.
 */
import { requirePart } from './find';
import type { Port } from './port';

/** What we use of its globals. */
interface EspruinoGlobal {
  Config: Record<string, unknown>;
  Core: {
    Env: { getBoardData(): { VERSION?: string } };
    Serial: {
      devices: SerialDevice[];
      startListening(listener: (data: ArrayBuffer) => void): unknown;
      open(port: string, opened: (status: unknown) => void, closed: () => void): void;
      close(): void;
    };
    Utils: { executeExpression(expression: string, done: (result: string | undefined) => void, options?: { minTimeout?: number }): void };
  };
  Plugins: { Pretokenise: { tokenise(code: string): string } };
}

/** How the tools reach a port. */
export interface SerialDevice {
  name: string;
  getPorts(found: (ports: { path: string }[], all: boolean) => void): void;
  open(path: string, opened: (status: string | undefined) => void, received: (data: ArrayBuffer) => void, closed: () => void): void;
  write(data: string, written: () => void): void;
  close(closed?: () => void): void;
}

/** The class of the npm package serialport, which the tools bring. */
export interface PortClass {
  new (options: { path: string; baudRate: number }): Port;
}

export interface Tools {
  espruino: EspruinoGlobal;
  SerialPort: PortClass;
}

/**
 * Loads the tools. From here on what they print with console.log goes to `hear`. Throws a Problem if they are not installed.
 */
export async function loadTools(hear: (text: string) => void): Promise<Tools> {
  const { SerialPort } = requirePart('espruino', 'serialport');
  const tools = requirePart('espruino', './index.js');
  for (const name of ['log', 'warn', 'error', 'info'] as const) console[name] = (...words: unknown[]) => hear(words.join(' '));
  await new Promise<void>((done) => tools.init(done));
  const espruino = (globalThis as unknown as { Espruino: EspruinoGlobal }).Espruino;
  // Otherwise it fetches the board's description from a web site.
  espruino.Config.ENV_ON_CONNECT = false;
  return { espruino, SerialPort };
}
