/** An adapter in this process, as the conformance suite holds it. */
import type { OpenUdp, Udp } from '../../../src/device/hal/udp';
import type { Subject } from '../conformance';

/** `breakDown` ends the socket below the adapter. */
export function wrap(openUdp: OpenUdp, options: { port?: number }, breakDown: (udp: Udp) => void, Bytes = Uint8Array): Subject {
  const target = {};
  const calls = { count: 0, nested: 0, right: true };
  let depth = 0;
  const within = <T>(work: () => T): T => {
    depth++;
    try {
      return work();
    } finally {
      depth--;
    }
  };
  const udp = within(() =>
    openUdp({
      ...options,
      target,
      onReadable() {
        calls.count++;
        if (depth) calls.nested++;
        if (this !== udp || this.target !== target) calls.right = false;
      },
    }),
  );
  return {
    async read(size) {
      const into = new Bytes(size);
      const length = within(() => udp.read(into));
      return { length, bytes: [...into], address: udp.remoteAddress, port: udp.remotePort };
    },
    async write(bytes, length, address, port) {
      const data = new Uint8Array(bytes);
      within(() => udp.write(data, length, address, port));
      data.fill(170);
    },
    close: async () => within(() => udp.close()),
    resolve: async (host) => within(() => udp.resolve(host)),
    calls: async () => ({ ...calls }),
    breakDown: async () => breakDown(udp),
  };
}
