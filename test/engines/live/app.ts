/** The test device on Espruino. Where to register stands in Storage. */
import { read } from 'Storage';
import { startDevice } from './device';

function usage(when: string): void {
  print('# ' + when + ' ' + process.memory().usage);
}

usage('loaded');
startDevice(JSON.parse(read('settings')!), usage);
usage('created');
