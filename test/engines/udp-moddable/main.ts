/** Moddable's adapter for its conformance test. Bytes are base64. */
import { openUdp } from '../../../boards/adapters/udp-moddable';
import { toBytes, toText } from '../udp/base64';
import { socket, useAdapter } from '../udp/holder';

export { calls, close, open, read, resolve, socket, stage, write } from '../udp/holder';

/** The network goes away beneath the socket: a method that only the class of the tests has. */
export function breakDown(i: number): void {
  (socket(i) as any)._socket.failed();
}

useAdapter(openUdp, toText, toBytes);
