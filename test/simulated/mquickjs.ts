/** What a firmware around MicroQuickJS gives a program (docs/boards/mquickjs.md), on Node: `udp`, `performance`, timers. */
import type { Socket } from 'node:dgram';
import { openBound } from '../../src/host/sim/bound';
import type { Surroundings } from '../../src/host/sim/surroundings';

interface Open {
  socket: Socket;
  queue: { data: Buffer; address: string; port: number }[];
}

/** Names are not resolved. Globals that MicroQuickJS lacks are hidden. */
export function emulateMquickjs(): Surroundings {
  const sockets: (Open | undefined)[] = [];
  const udp = {
    open<T>(onReadable: (this: T) => void, self: T, port: number): number {
      let socket: Socket;
      try {
        socket = openBound(port);
      } catch {
        return -1;
      }
      const one: Open = { socket, queue: [] };
      socket.on('message', (data, { address, port: from }) => {
        one.queue.push({ data, address, port: from });
        // Not again before somebody has received.
        if (one.queue.length === 1) setImmediate(() => onReadable.call(self));
      });
      socket.on('error', () => {});
      return sockets.push(one) - 1;
    },
    send: (id: number, data: Uint8Array, length: number, address: string, port: number) => sockets[id]?.socket.send(data.slice(0, length), port, address, () => {}),
    receive(id: number, into: Uint8Array, room: number, sender: Uint8Array): number {
      const first = sockets[id]?.queue.shift();
      if (!first) return -1;
      into.set(first.data.subarray(0, room));
      sender.set([...first.address.split('.').map(Number), first.port >> 8, first.port & 255]);
      return first.data.length;
    },
    close(id: number): void {
      sockets[id]?.socket.close();
      sockets[id] = undefined;
    },
  };
  const hidden = { setInterval: undefined, clearInterval: undefined, Buffer: undefined, process: undefined, console: undefined };
  return { globals: { ...hidden, udp, performance: { now: () => performance.now() } }, modules: {} };
}
