/**
 * Between Espruino's `NetworkJS` and its drivers for an ESP8266 with AT firmware. They hand over all datagrams that came, and NetworkJS
 * takes exactly one: a second one, and the socket never hears anything again. Here they go over one by one.
 */

interface Driver {
  create(host: string | undefined, port: number, type: number, options?: object): number;
  /** Bytes, each datagram behind its address (4), port (2) and length (2); or below 0: closed. */
  recv(socket: number, longest: number, type: number): string | number;
}

const UDP = 2;
const HEAD = 8;

/** To be called before a driver is. */
export function passOneByOne(): void {
  const network = require('NetworkJS');
  const begin = network.create;
  network.create = function (driver: Driver) {
    const create = driver.create;
    const recv = driver.recv;
    const rest: string[] = [];
    driver.create = function (host, port, type, options) {
      const socket = create(host, port, type, options);
      rest[socket] = '';
      return socket;
    };
    driver.recv = function (socket, longest, type) {
      if (type !== UDP) return recv(socket, longest, type);
      const more = recv(socket, longest, type);
      let all = rest[socket] || '';
      if (typeof more === 'string') all = all + more;
      else if (!all) return more;
      const end = all.length < HEAD ? 0 : HEAD + all.charCodeAt(6) + 256 * all.charCodeAt(7);
      const whole = end && all.length >= end;
      rest[socket] = whole ? all.slice(end) : all;
      // What is longer than it takes is lost.
      return whole && end <= longest ? all.slice(0, end) : '';
    };
    return begin.call(network, driver);
  };
}
