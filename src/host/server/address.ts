/** Classifies addresses by their owner. */
import { isIPv6 } from 'node:net';

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.|localhost$)/i;

/** Whether only this machine can send from or to the address. */
export const isLoopback = (address: string): boolean => LOOPBACK.test(address);

/**
 * The owner of an address: for IPv4 the address, for IPv6 its /64, because a host can have any number of addresses there (RFC 4291 2.5.1) and changes
 * them (RFC 8981).
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
