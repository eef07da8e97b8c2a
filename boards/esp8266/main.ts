/** Espruino on ESP8266. */
export * from '../espruino';
