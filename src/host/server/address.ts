/** Addresses, as far as it matters whose they are. */
import { isIPv6 } from 'node:net';

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.|localhost$)/i;

/** Only this machine can call from there, or to there. */
export const isLoopback = (address: string): boolean => LOOPBACK.test(address);

/**
 * Who an address belongs to: itself for IPv4, the /64 that it is in for IPv6, since a host there has as many as it likes (RFC 4291 2.5.1)
 * and changes them (RFC 8981).
 */
export function ownerOf(address: string): string {
  const [plain, zone = ''] = address.toLowerCase().split('%', 2) as [string, string?];
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped) return mapped[1]!;
  if (!isIPv6(plain)) return address;
  const [head, tail] = plain.split('::', 2) as [string, string?];
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0);
    while (groups.length < 8 - behind) groups.push('0');
    if (tail !== '') groups.push(...tail.split(':'));
  }
  const prefix = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${prefix.join(':')}::/64${zone && `%${zone}`}`;
}
