import { buildBoot } from './engines/support/device';
import { writeFileSync } from 'node:fs';
(async () => { writeFileSync(process.argv[4]!, await buildBoot(process.argv[2]!, process.argv[3]!)); })();
