/** Bytes as base64 and back, by hand, for engines that have no function for it. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toText(b: Uint8Array): string {
  let s = '';
  let bits = 0;
  let n = 0;
  for (let i = 0; i < b.length; i++) {
    bits = (bits << 8) | b[i];
    for (n += 8; n >= 6; n -= 6) s = s + DIGITS.charAt((bits >> (n - 6)) & 63);
    bits &= 255;
  }
  return n ? s + DIGITS.charAt((bits << (6 - n)) & 63) : s;
}

export function toBytes(text: string): Uint8Array {
  let end = text.length;
  while (text.charAt(end - 1) === '=') end--;
  const b = new Uint8Array(Math.floor((end * 3) / 4));
  let bits = 0;
  let n = 0;
  let at = 0;
  for (let i = 0; i < end; i++) {
    bits = ((bits << 6) | DIGITS.indexOf(text.charAt(i))) & 65535;
    n += 6;
    if (n < 8) continue;
    n -= 8;
    b[at] = bits >> n;
    at++;
  }
  return b;
}
