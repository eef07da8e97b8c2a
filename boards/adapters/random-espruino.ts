/** Random numbers of the chip's own generator, for boards with Espruino that have one. */

export function random(): number {
  return (E.hwRand() >>> 0) / 4294967296;
}
