/** A serial port: whether it can be opened, and how what happens there is told. */
import { accessSync, constants, statSync } from 'node:fs';
import { Problem } from '../problem';
import { findTool, requirePart, requireTool, type ToolName } from './find';

export interface ConnectionOptions {
  /** /dev/ttyUSB0, /dev/cu.usbserial-1, COM3. */
  port: string;
  /** Bits a second. */
  baud: number;
}

/** Says how far it is; `done` of `total` bytes where that is known. */
export type Report = (text: string, done?: number, total?: number) => void;

/** Prints a line for each thing that is done; on a terminal, progress in one line. */
export function makeReport(print: (text: string) => void): Report {
  let shown = 0;
  return (text, done, total) => {
    if (done === undefined || !total) return print(text);
    const percent = Math.floor((done * 100) / total);
    if (process.stdout.isTTY) process.stdout.write(`\r${text}: ${percent} % of ${total} bytes${percent === 100 ? '\n' : ''}`);
    // In a file a line for each quarter will do.
    else if (percent === 100 || percent < shown || percent >= shown + 25) print(`${text}: ${percent} % of ${total} bytes`);
    else return;
    shown = percent === 100 ? 0 : percent;
  };
}

/** A serial port of the npm package serialport, which the tools bring in versions of their own. */
export interface Port {
  on(event: 'open' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'data', listener: (data: Buffer) => void): unknown;
  write(data: Buffer, written?: () => void): unknown;
  close(closed?: () => void): void;
}

/** What serial ports there are, and who made what is plugged in. */
async function listPorts(tool: ToolName): Promise<string[]> {
  const found = requirePart(tool, 'serialport');
  const ports = (await (found.SerialPort ?? found).list()) as { path: string; manufacturer?: string }[];
  // Every PC has these, with nothing plugged in.
  return ports.filter(({ path }) => !/^\/dev\/ttyS\d+$/.test(path)).map(({ path, manufacturer }) => path + (manufacturer ? ` (${manufacturer})` : ''));
}

/** The ports that there are, in words; what is missing where they cannot be asked for. */
async function describePorts(tool: ToolName): Promise<string> {
  if (!findTool(tool)) return `which ports there are says the npm package ${tool}, once it is installed`;
  const names = (await listPorts(tool).catch(() => [])).join(', ');
  return names ? `there are ${names}` : 'no board is plugged in that this computer knows';
}

/** The port that was given. Throws a Problem with those that there are where none was. */
export async function needPort(port: string | undefined, tool: ToolName): Promise<string> {
  if (port) return port;
  throw new Problem(`--port: where is the board? For instance ${process.platform === 'win32' ? 'COM3' : '/dev/ttyUSB0'}; ${await describePorts(tool)}`, 2);
}

/** Throws a Problem when a tool is not there, or a port cannot be opened for a reason that can be seen from outside. */
export async function checkPort(port: string, tool: ToolName): Promise<void> {
  requireTool(tool);
  if (process.platform === 'win32') return;
  try {
    if (!statSync(port).isCharacterDevice()) throw new Problem(`--port ${port}: that is no serial port`);
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

/** What the system says when it does not open a port, as a sentence. */
export function explainPort(port: string, message: string): Problem {
  if (/permission|EACCES|Access denied/i.test(message) && process.platform !== 'win32')
    return new Problem(`--port ${port}: you may not open it: on Linux, sudo usermod -a -G dialout $USER, and log in anew`);
  if (/lock|busy|temporarily unavailable|Access denied/i.test(message))
    return new Problem(`--port ${port}: another program has it open (the Web IDE, a terminal): close that`);
  return new Problem(`--port ${port}: it cannot be opened${message ? `: ${message.replace(/^(Error:? )+/, '')}` : ''}`);
}

