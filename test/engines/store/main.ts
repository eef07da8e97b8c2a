/** The store's adapter as a bundle: test/engines/store-espruino.test.ts. */
export { openStore } from '../../../boards/adapters/store-espruino';
