import { CoapEndpoint, type EndpointOptions } from '../../../../src/host/server/coap/endpoint';
import { VirtualClock } from './clock';
import { MemoryTransport, seeded } from './wire';

/** An endpoint in virtual time, started. */
export async function startEndpoint(options: Partial<EndpointOptions> = {}) {
  const clock = new VirtualClock();
  const transport = new MemoryTransport();
  const errors: unknown[] = [];
  const endpoint = new CoapEndpoint({
    transport,
    clock,
    random: seeded(1),
    maxPayload: 4096,
    maxTransfers: 4,
    maxSeen: 100,
    handle: () => ({ code: 0x84 }),
    onError: (error) => errors.push(error),
    ...options,
  });
  await endpoint.start();
  return { clock, transport, endpoint, errors };
}
