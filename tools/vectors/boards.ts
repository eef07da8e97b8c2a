/** Topics of what boards have around the client: receivers, modems, networks, sensors. Their adapters and drivers run as sources. */
import { runSensors } from './topics/sensors';
import { runAt } from './topics/at';
import { runNetwork } from './topics/network';
import { runNmea } from './topics/nmea';
import type { Run } from './types';

/** By the beginning of the file's topic; the first that fits counts. */
export const BOARD_TOPICS: [topic: RegExp, run: Run][] = [
  [/^sensor/i, runSensors],
  [/^NMEA 0183/, runNmea],
  [/^AT dialogues/, runAt],
  [/^Wi-Fi status/, runNetwork],
];
