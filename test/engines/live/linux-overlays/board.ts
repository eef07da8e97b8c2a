/** linux-espruino with what is not needed at rest in overlays, to be compared with it. */
export default { name: 'linux-overlays', base: 'linux-espruino', features: { overlays: true } };
