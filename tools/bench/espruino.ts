/** Instructions for one request on Espruino, counted by callgrind: exact, whatever else the machine does. */
export async function countInstructions(): Promise<Record<string, number> | string> {
  return 'no counter yet';
}
