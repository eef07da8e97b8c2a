/** Espruino's adapter for its conformance test. Bytes are base64. */
import { openUdp } from '../../../boards/adapters/udp-espruino';
import { socket, useAdapter } from './holder';

export { calls, close, open, read, resolve, stage, write } from './holder';

function toText(b: Uint8Array): string {
  return btoa(E.toString(b));
}

function toBytes(text: string): Uint8Array {
  return new Uint8Array(E.toArrayBuffer(atob(text)));
}

/** The socket below closes. */
export function breakDown(i: number): void {
  (socket(i) as any)._socket.close();
}

useAdapter(openUdp, toText, toBytes);
