/** MicroQuickJS's adapter for its conformance test. Bytes are base64. */
import { openUdp } from '../../../boards/adapters/udp-mquickjs';
import { toBytes, toText } from '../udp/base64';
import { socket, useAdapter } from '../udp/holder';

export { calls, close, open, read, resolve, socket, stage, write } from '../udp/holder';

/** The network goes away beneath the socket: a function that only the firmware of the tests has. */
export function breakDown(i: number): void {
  (udp as any).breakDown((socket(i) as any)._socket);
}

useAdapter(openUdp, toText, toBytes);
