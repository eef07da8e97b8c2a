/** Kaluma's adapter for its conformance test. Bytes are base64. */
import { openUdp } from '../../../boards/adapters/udp-kaluma';
import { toBytes, toText } from '../udp/base64';
import { useAdapter } from '../udp/holder';

export { calls, close, open, read, resolve, stage, write } from '../udp/holder';

useAdapter(openUdp, toText, toBytes);
