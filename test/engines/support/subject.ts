/** An adapter in another process (test/engines/udp/holder.ts, there a global U), as the conformance suite holds it. */
import type { Driver, Subject } from '../../boards/conformance';

/** Anything that works out an expression and answers with what JSON can say. */
export interface Remote {
  evaluate(expression: string): Promise<any>;
}

/** A test host of ours with an adapter in it, for the suite: sockets of POSIX over IPv4, names, datagrams of any length. */
export function driveFirmware(firmware: Remote & { stop(): Promise<void> }, version: string): Driver {
  return {
    open: async ({ port }) => holdRemote(firmware, await firmware.evaluate(`U.open(${port})`)),
    largest: 1400,
    longer: 'told',
    ipv6: false,
    names: true,
    version,
    localPort: 'adapter',
    breaks: 'told',
    end: () => firmware.stop(),
  };
}

/** Bytes that one call carries, whose base64 needs no filling. */
const PART = 300;

/** The socket of a number. */
export function holdRemote(remote: Remote, i: number): Subject {
  const run = (name: string, ...given: unknown[]) => remote.evaluate(`U.${name}(${given.map((one) => JSON.stringify(one)).join(',')})`);
  const call = (name: string, ...given: unknown[]) => run(name, i, ...given);
  return {
    async read(size) {
      const { data, ...rest } = await call('read', size);
      return { ...rest, bytes: [...Buffer.from(data, 'base64')] };
    },
    async write(bytes, length, address, port) {
      for (let at = 0; at < bytes.length; at += PART) await run('stage', Buffer.from(bytes.slice(at, at + PART)).toString('base64'));
      await call('write', length, address, port);
    },
    close: () => call('close'),
    resolve: async (host) => (await call('resolve', host)).found,
    calls: () => call('calls'),
    breakDown: () => call('breakDown'),
  };
}
