/** A board's test device on Espruino, whose variables can be taken away. */
import { prepareEspruino, startEspruino, type DeviceOptions, type RunningDevice } from './device';
import type { Squeezable, Starter } from './squeeze';

// Each element of the array is a variable. The names are none that a minifier gives: a boot script's are global, too.
const BALLAST =
  'var held$;function squeeze(n,m){m=process.memory();held$=[];for(n=m.total-n;n>0;n--)held$.push(1);print("~"+m.usage)}function relieve(){held$=0;print("~")}\n';
const COMPLAINT = /^.*(?:Uncaught|OUT OF MEMORY|New interpreter error|Execution Interrupted)/m;

export class SqueezedEspruino implements Squeezable {
  readonly device: RunningDevice;
  constructor(device: RunningDevice) {
    this.device = device;
  }

  mark = () => this.device.mark();
  event = (name: string, since?: number) => this.device.event(name, since);
  stop = () => this.device.stop();
  relieve = () => this.device.espruino.relieve(/^~\n/m);
  complaint = () => this.device.espruino.waitFor(COMPLAINT, 60000, this.mark()).catch(() => new Promise(() => {}));

  get complaints(): string[] {
    return this.device.complaints;
  }

  async squeeze(limit: number): Promise<number> {
    const { espruino } = this.device;
    const from = this.mark();
    // Later: what asks for it must have gone.
    await espruino.evaluate(`setTimeout(squeeze,20,${limit})`);
    return Number((await espruino.waitFor(/^~(\d+)\n/m, 5000, Math.max(0, from - 1)))[1]);
  }
}

/** Starts the test device of a board. `more`: what its engine is given beside it, anew each time. */
export function espruinoStarter(board: string, more: () => Promise<Pick<DeviceOptions, 'before' | 'env'> | string> = async () => ({}), script?: boolean): Starter {
  const prepared = prepareEspruino({ board, script });
  return async (settings, limit) => {
    const found = await prepared;
    const given = await more();
    if (typeof found === 'string') return found;
    if (typeof given === 'string') return given;
    const before = (given.before ?? '') + BALLAST + (limit === undefined ? '' : `squeeze(${limit});\n`);
    const device = await startEspruino({ board, ...settings, ...given, before, remote: limit === undefined }, found);
    return typeof device === 'string' ? device : new SqueezedEspruino(device);
  };
}
