import { startServer, manage } from './engines/support/session';
import { startEspruino } from './engines/support/device';
import { readBoard } from '../src/host/build/boards';
const board = process.argv[2] ?? 'esp8266';
async function works(n: number): Promise<string> {
  const { server, uri } = await startServer();
  const { features } = (await readBoard(board)).board;
  const d = await startEspruino({ board, server: uri, endpoint: 'x', before: `var $x=new Uint8Array(${n * 12});` }); if (typeof d === 'string') throw d;
  let out = '';
  try {
    await d.event('registered', 0, 6000);
    const t: any = { not: () => {},  is: (a: any, b: any, m: any) => { if (a !== b) throw new Error(`${a} not ${b} ${m ?? ''}`); }, deepEqual: (a: any, b: any) => { if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(JSON.stringify([a, b])); }, true: (a: any) => { if (a !== true) throw new Error('not true'); }, log: () => {} };
    await Promise.race([manage(t, server, d, 'x', { long: 700, features } as any), new Promise((_, no) => setTimeout(() => no(new Error('slow')), 40000))]);
  } catch (e) { out = (e as Error).message.slice(0, 100) + (e as any).stack.split('\n').filter((l: string) => /session.ts/.test(l))[0]; }
  if (/OUT OF MEMORY|New interpreter/.test(d.espruino.output)) out += ' OOM' + (process.env.V ? d.espruino.output : '');
  await d.stop(); await server.stop().catch(() => {});
  return out;
}
void (async () => {
  let lo = +(process.argv[3] ?? 0), hi = +(process.argv[4] ?? 700);
  while (hi - lo > 12) { const mid = (lo + hi) >> 1; const r = await works(mid); console.log(mid, r || 'ok'); if (r) hi = mid; else lo = mid; }
  console.log('free at the peak:', lo);
  process.exit();
})();
