// Instructions that Espruino needs for each kind of request: node tools/instructions.js [BOARD]
import { register } from 'tsx/esm/api';

register();
const { countInstructions } = await import('../test/engines/support/instructions.ts');
const counts = await countInstructions(process.argv[2]);
if (typeof counts === 'string') console.log(`skipped: ${counts}`);
else for (const [work, n] of Object.entries(counts)) console.log(`${(n / 1e6).toFixed(3).padStart(8)} M  ${work}`);
