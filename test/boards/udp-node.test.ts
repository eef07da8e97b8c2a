import { openUdp } from '../../boards/adapters/udp-node';
import { conformance } from './conformance';
import { wrap } from './support/subject';

conformance('udp-node', async () => ({
  open: async (options) => wrap(openUdp, options, (udp: any) => udp.sockets[4].emit('error', new Error('the network is gone'))),
  largest: 1400,
  longer: 'told',
  ipv6: true,
  names: true,
  localPort: 'adapter',
  breaks: 'told',
  end: async () => {},
}));
