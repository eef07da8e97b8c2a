/** A pseudo-terminal, held at its other end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { inPackage } from '../../../src/host/build/root';

export interface Line {
  /** The name of its device, for the program at the one end. */
  path: string;
  write(data: Buffer): void;
  onData(take: (data: Buffer) => void): void;
  close(): void;
}

/** Opens one by Python's `pty`, as Node has none; returns a sentence without Python. The caller closes it. */
export function openLine(): Promise<Line | string> {
  return new Promise((resolve) => {
    const child: ChildProcess = spawn('python3', [inPackage('test', 'engines', 'support', 'terminal.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    let take: (data: Buffer) => void = () => {};
    let path = '';
    let named = false;
    child.on('error', () => resolve('no pseudo-terminal: there is no python3 on PATH'));
    child.on('exit', () => resolve('no pseudo-terminal: python3 has none here'));
    child.stdin!.on('error', () => {});
    child.stdout!.on('data', (data: Buffer) => {
      if (named) return take(data);
      path += data.toString('latin1');
      if (!path.endsWith('\n')) return;
      named = true;
      resolve({
        path: path.trim(),
        write: (bytes) => void child.stdin!.write(bytes),
        onData: (callback) => void (take = callback),
        close: () => void child.stdin!.end(),
      });
    });
  });
}
