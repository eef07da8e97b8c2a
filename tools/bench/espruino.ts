/** Instructions for one request on Espruino, counted by callgrind: exact, whatever else the machine does. */
export { countInstructions } from '../../test/engines/support/instructions';
