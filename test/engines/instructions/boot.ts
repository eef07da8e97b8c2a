/** The same as a boot script, with the board's overlays. */
import { begin } from './main';

begin();
(global as any).quit();
