/** A socket that is bound at once, as the sockets of small boards are: Node's own says only later that a port is taken. */
import { createSocket, type Socket } from 'node:dgram';

/** An IPv4 socket under a local port; any when 0. Throws when the port is somebody else's. */
export function openBound(port: number): Socket {
  const socket = createSocket({
    type: 'udp4',
    // Whoever looks up at once is bound at once; addresses alone are looked up here.
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
