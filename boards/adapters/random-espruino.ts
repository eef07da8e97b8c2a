/** Random numbers from the chip's generator, for boards with Espruino. */

export function random(): number {
  return (E.hwRand() >>> 0) / 4294967296;
}
