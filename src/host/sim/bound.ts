/** A socket that is bound at once, like those of small boards. Node's own reports a port in use only later. */
import { createSocket, type Socket } from 'node:dgram';

/** Opens an IPv4 socket at a local port; 0 selects any. Throws if the port is in use. */
export function openBound(port: number): Socket {
  const socket = createSocket({
    type: 'udp4',
    // An immediate lookup makes `bind` synchronous. Only addresses are passed here.
    lookup: (host, _, callback) => callback(null, host, 4),
  });
  let failed: Error | undefined;
  const fail = (error: Error) => (failed = error);
  socket.on('error', fail);
  socket.bind(port, '0.0.0.0');
  socket.off('error', fail);
  if (failed) {
    socket.close();
    throw failed;
  }
  return socket;
}
