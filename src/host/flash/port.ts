/** Serial ports: which there are, whether one can be opened, progress. */
import { accessSync, constants, statSync } from 'node:fs';
import { Problem } from '../problem';
import { findTool, requirePart, requireTool, type ToolName } from './find';

export interface ConnectionOptions {
  /** /dev/ttyUSB0, /dev/cu.usbserial-1, COM3. */
  port: string;
  /** Bits a second. */
  baud: number;
}

/** Reports progress: `done` of `total` bytes, if they are known. */
export type Report = (text: string, done?: number, total?: number) => void;

/** Prints a line for each step. On a terminal progress stays in one line. */
export function makeReport(print: (text: string) => void): Report {
  let shown = 0;
  return (text, done, total) => {
    if (done === undefined || !total) return print(text);
    const percent = Math.floor((done * 100) / total);
    if (process.stdout.isTTY) process.stdout.write(`\r${text}: ${percent} % of ${total} bytes${percent === 100 ? '\n' : ''}`);
    // In a file: one line for each quarter.
    else if (percent === 100 || percent < shown || percent >= shown + 25) print(`${text}: ${percent} % of ${total} bytes`);
    else return;
    shown = percent === 100 ? 0 : percent;
  };
}

/** A port of the npm package serialport. Each tool brings its own version. */
export interface Port {
  on(event: 'open' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'data', listener: (data: Buffer) => void): unknown;
  write(data: Buffer, written?: () => void): unknown;
  close(closed?: () => void): void;
}

/** The serial ports of this computer, with the manufacturers of the devices. */
async function listPorts(tool: ToolName): Promise<string[]> {
  const found = requirePart(tool, 'serialport');
  const ports = (await (found.SerialPort ?? found).list()) as { path: string; manufacturer?: string }[];
  // Every PC has these, even if nothing is plugged in.
  return ports.filter(({ path }) => !/^\/dev\/ttyS\d+$/.test(path)).map(({ path, manufacturer }) => path + (manufacturer ? ` (${manufacturer})` : ''));
}

/** The ports in words; or what must be installed to list them. */
async function describePorts(tool: ToolName): Promise<string> {
  if (!findTool(tool)) return `install the npm package ${tool} to list the ports`;
  const names = (await listPorts(tool).catch(() => [])).join(', ');
  return names ? `there are ${names}` : 'this computer sees no board';
}

/** Returns the given port. Throws a Problem that lists the ports if none is given. */
export async function needPort(port: string | undefined, tool: ToolName): Promise<string> {
  if (port) return port;
  throw new Problem(`--port: where is the board? For instance ${process.platform === 'win32' ? 'COM3' : '/dev/ttyUSB0'}; ${await describePorts(tool)}`, 2);
}

/** Throws a Problem if a tool is not installed, or if the port evidently cannot be opened. */
export async function checkPort(port: string, tool: ToolName): Promise<void> {
  requireTool(tool);
  if (process.platform === 'win32') return;
  try {
    if (!statSync(port).isCharacterDevice()) throw new Problem(`--port ${port}: this is not a serial port`);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`--port ${port}: there is no such port; ${await describePorts(tool)}`);
  }
  try {
    accessSync(port, constants.R_OK | constants.W_OK);
  } catch {
    throw explainPort(port, 'permission');
  }
}

/** Turns the system's error at opening a port into a sentence. */
export function explainPort(port: string, message: string): Problem {
  if (/permission|EACCES|Access denied/i.test(message) && process.platform !== 'win32')
    return new Problem(`--port ${port}: permission denied: on Linux run sudo usermod -a -G dialout $USER, then log in again`);
  if (/lock|busy|temporarily unavailable|Access denied/i.test(message))
    return new Problem(`--port ${port}: another program uses it (the Web IDE, a terminal): close that program`);
  return new Problem(`--port ${port}: it cannot be opened${message ? `: ${message.replace(/^(Error:? )+/, '')}` : ''}`);
}

