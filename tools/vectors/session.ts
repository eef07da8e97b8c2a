/** A vector of steps under way: the device, and what it sent that no step has looked at. */
import type { RefMessage } from '../../test/reference/coap';
import { parse, type Sent } from '../../test/support/bench';
import type { Device } from './device';

export interface Session {
  device: Device;
  /** What the device sent and no step has looked at yet. */
  pending: Sent[];
  /** False: what the device sends is not acknowledged. */
  acknowledging: boolean;
  /** The path that "the value" means. */
  path?: string;
  /** The reply to the last `in`, and what an earlier step asked to remember of one. */
  reply?: RefMessage & { hex: string };
  remembered: Record<string, string>;
  /** The number of the last Observe option that a step looked at. */
  observed?: number;
  /** The last message that a step took by expect_out, and the first of its kind. */
  taken?: RefMessage;
  first?: RefMessage;
}

const settled = new WeakSet<Sent>();

/** Acknowledges notifications, and whatever else is Confirmable and no request. */
export function settle(s: Session): void {
  if (!s.acknowledging) return;
  for (let i = 0; i < s.pending.length; i++) {
    const sent = s.pending[i]!;
    const m = parse(sent.bytes);
    if (settled.has(sent) || m.type !== 0 || m.code < 64) continue;
    settled.add(sent);
    s.pending.push(...s.device.bench.say({ type: 2, mid: m.mid }, sent.address));
  }
}

export function collect(s: Session, sent: Sent[]): void {
  s.pending.push(...sent);
  settle(s);
}

export function pass(s: Session, ms: number): void {
  const end = s.device.bench.now + ms;
  while (s.device.bench.now < end) collect(s, s.device.bench.wait(end - s.device.bench.now));
}
