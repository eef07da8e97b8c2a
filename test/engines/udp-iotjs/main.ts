/** IoT.js' adapter for its conformance test. Bytes are base64. */
import { openUdp } from '../../../boards/adapters/udp-iotjs';
import { toBytes, toText } from '../udp/base64';
import { socket, useAdapter } from '../udp/holder';

export { calls, close, open, read, resolve, stage, write } from '../udp/holder';

/** The socket below has an error. */
export function breakDown(i: number): void {
  (socket(i) as any)._socket.emit('error', 'the network is gone');
}

useAdapter(openUdp, toText, toBytes);
