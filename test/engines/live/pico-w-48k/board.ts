/** A Pico W's client that must do with 48 KB of JerryScript's heap, the program and the parsing of both included. */
export default { name: 'pico-w-48k', base: 'pico-w', features: { base64: false, wideText: false } };
