/** The engines that the simulator imitates on Node. */
import type { Board } from '../../../boards/board';
import { emulateEspruino } from './espruino';
import { emulateIotjs } from './iotjs';
import { emulateKaluma } from './kaluma';
import { emulateModdable } from './moddable';
import type { Surroundings } from './surroundings';

/** Adapters whose network is behind a modem on a serial port. */
export const MODEMS = ['udp-bg96', 'udp-esp8266at'];

/** Engine of a board file → its surroundings. Boards with other engines cannot be simulated. */
export const PLATFORMS: Record<string, (board: Board) => Surroundings> = {
  node: () => ({ globals: {}, modules: {}, node: true }),
  espruino: (board) => emulateEspruino(board.limits.datagram ?? 528),
  kaluma: emulateKaluma,
  iotjs: emulateIotjs,
  moddable: emulateModdable,
};
