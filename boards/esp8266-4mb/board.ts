import type { OwnBoard } from '../board';

/** The ESP8266 with 4 MB of flash: Storage for library and programs, and 100 variables fewer than the small build. */
export default {
  name: 'esp8266-4mb',
  base: 'esp8266',
  title: 'ESP8266 with 4 MB of flash (ESP8266_4MB build of Espruino)',
  variables: 1600,
  storage: 192 * 1024,
  hardware: ['ESP8266_4MB'],
} satisfies OwnBoard;
