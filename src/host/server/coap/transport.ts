/** The transport below CoAP: UDP here; a secured transport can replace it. */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIPv6, type LookupFunction } from 'node:net';
import { MAX_PEERS } from '../limits';

/** The other side of an exchange. Two peers are the same when their keys are equal. */
export interface Peer {
  readonly key: string;
  readonly address: string;
  readonly port: number;
  /** The transport's socket that reaches it. */
  readonly socket: number;
}

export interface Transport {
  /** Rejects with an error that has `code`, `address` and `port` if a socket cannot be opened. */
  start(onDatagram: (datagram: Uint8Array, from: Peer) => void): Promise<void>;
  stop(): Promise<void>;
  /** Never throws: a datagram that cannot be sent is a lost datagram. */
  send(datagram: Uint8Array, to: Peer): void;
  /** The local addresses, once started. */
  addresses(): { address: string; port: number }[];
}

export function makePeer(address: string, port: number, socket: number): Peer {
  return { key: `${socket} ${address} ${port}`, address, port, socket };
}

/** Caches the peers of one socket by address and port: a known peer is the same object, with its key computed. The whole cache is dropped when it is full, because addresses may be forged. */
class Peers {
  readonly #known = new Map<string, Map<number, Peer>>();
  readonly #socket: number;
  #size = 0;

  constructor(socket: number) {
    this.#socket = socket;
  }

  get(address: string, port: number): Peer {
    const known = this.#known.get(address);
    const peer = known?.get(port);
    if (peer) return peer;
    if (this.#size >= MAX_PEERS) {
      this.#known.clear();
      this.#size = 0;
    }
    const made = makePeer(address, port, this.#socket);
    this.#size++;
    const ports = this.#known.get(address);
    if (ports) ports.set(port, made);
    else this.#known.set(address, new Map([[port, made]]));
    return made;
  }
}

/** "127.0.0.1:5683", "[::1]:5683". */
export function hostPort(where: { address: string; port: number }): string {
  return isIPv6(where.address) ? `[${where.address}]:${where.port}` : `${where.address}:${where.port}`;
}

/** Error codes of binding on a system without IPv6. */
const NO_IPV6 = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];
/** A port chosen by the system for the first address may be in use on another one; then another port is tried. */
const ATTEMPTS = 5;

/** One UDP socket for each address. Port 0 lets the system choose one, the same for all addresses. An address in `optional` may be missing. */
export function createUdpTransport(hosts: readonly string[], port: number, optional: readonly string[] = []): Transport {
  let sockets: Socket[] = [];

  async function open(host: string, onDatagram: (datagram: Uint8Array, from: Peer) => void): Promise<void> {
    const index = sockets.length;
    const wanted = index === 0 ? port : sockets[0].address().port;
    const six = isIPv6(host);
    const peers = new Peers(index);
    // Peers are addresses, so no look-up is needed. `bind` also accepts a name.
    let bound = false;
    const find: LookupFunction = (name, options, callback) =>
      bound ? (callback as (error: null, address: string, family: number) => void)(null, name, six ? 6 : 4) : lookup(name, options, callback);
    const socket = createSocket({ type: six ? 'udp6' : 'udp4', ipv6Only: six, lookup: find as never });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(wanted, host, () => {
          socket.removeListener('error', reject);
          bound = true;
          resolve();
        });
      });
    } catch (error) {
      socket.close();
      if (optional.includes(host) && NO_IPV6.includes((error as NodeJS.ErrnoException).code!)) return;
      throw Object.assign(error as Error, { address: host, port: wanted });
    }
    // ICMP errors arrive here; retransmission handles lost messages.
    socket.on('error', () => {});
    socket.on('message', (datagram, from) => onDatagram(datagram, peers.get(from.address, from.port)));
    sockets.push(socket);
  }

  return {
    async start(onDatagram) {
      for (let attempt = 1; ; attempt++) {
        try {
          for (const host of hosts) await open(host, onDatagram);
          return;
        } catch (error) {
          const again = port === 0 && sockets.length > 0 && (error as NodeJS.ErrnoException).code === 'EADDRINUSE' && attempt < ATTEMPTS;
          await this.stop();
          if (!again) throw error;
        }
      }
    },
    async stop() {
      const open = sockets;
      sockets = [];
      await Promise.all(open.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
    },
    send(datagram, to) {
      try {
        sockets[to.socket]?.send(datagram, to.port, to.address);
      } catch {
        // The system refuses the address; the sender's retransmissions will end.
      }
    },
    addresses: () => sockets.map((socket) => ({ address: socket.address().address, port: socket.address().port })),
  };
}
