/** What Wi-Fi stacks handed back, through the adapter of that stack. */
import { openNetwork as openEspruino } from '../../../boards/adapters/network-espruino';
import { openNetwork as openKaluma } from '../../../boards/adapters/network-kaluma';
import { openNetwork as openModdable } from '../../../boards/adapters/network-moddable';
import type { Network } from '../../../src/device/hal/network';
import { same, Skip } from '../check';
import type { Vector } from '../types';

type Input = Record<string, any>;

function openWith(api: string, input: Input): Network {
  const scan = 'scan' in input;
  if (/^Espruino/.test(api)) {
    const heard = new Map<string, (details: unknown) => void>();
    const call = (name: string) => () => input[name];
    const network = openEspruino({
      scan,
      wifi: {
        getStatus: call('getStatus'), getDetails: call('getDetails'), getIP: call('getIP'), scan: (callback) => callback(input.scan),
        on: (event, callback) => void heard.set(event, callback as (details: unknown) => void),
      },
    });
    for (const key of Object.keys(input)) if (key.startsWith('event ')) heard.get(key.slice(6))?.(input[key]);
    return network;
  }
  if (/^Kaluma/.test(api))
    return openKaluma({ scan, wifi: { getConnection: (callback) => (input.error ? callback(input.error) : callback(null, input.getConnection)), scan: (callback) => callback(null, input.scan) } });
  if (/^Moddable/.test(api)) return openModdable({ net: { get: (name) => input.get?.[name] } });
  throw new Skip(`there is no adapter for ${api}`);
}

export function runNetwork({ api, input, expect }: Vector): void {
  const network = openWith(api as string, input as Input);
  network.refresh!();
  const { address = null, netmask = null, gateway = null, MAC = null, SSID = null, BSSID = null, RSSI = null, channel = null, reason = null, bearer } = network;
  const { linked } = network as Network & { linked: boolean };
  const got: Record<string, unknown> = {
    linked, ip: address, netmask, router: gateway, mac: MAC, ssid: SSID, bssid: BSSID, rssi: RSSI, channel, reason, bearer: bearer === 21 ? 'WLAN' : null,
    lwm2m: linked ? { '/4/0/0': bearer, '/4/0/2': RSSI, '/4/0/4': address === null ? [] : [address], '/4/0/5': gateway === null ? [] : [gateway] } : null,
  };
  for (const [key, value] of Object.entries(expect)) same(got[key], value, key);
}
