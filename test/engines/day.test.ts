/** A day of a board's life on Espruino, in virtual time: it needs no more variables at its end than after its first hour. */
import test from 'ava';
import { onEngine, withoutEngine } from '../support/engine';
import { text, uintOption } from '../support/bench';
import { codeText, type RefMessage } from '../reference/coap';
import { Lab } from './support/lab';

const GET = 1;
const POST = 2;
const PUT = 3;
const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;

for (const board of ['linux-espruino', 'esp8266'])
  test.serial(`${board}: 24 hours with renewals, reads, writes, notifications and loss take as many variables as one`, async (t) => {
    const lab = await Lab.start(board);
    if (typeof lab === 'string') return withoutEngine(t, 'espruino', lab);
    onEngine(t, 'espruino', lab.device.engine.version);
    try {
      await lab.register();
      const counts = { renewals: 0, notifications: 0, answers: 0, again: 0 };
      const mids = new Set<string>();
      const note = (sent: RefMessage[]): void => {
        for (const m of sent) {
          if (m.type > 1) continue;
          const key = `${m.code} ${m.mid}`;
          if (mids.has(key)) counts.again++;
          else if (m.code === POST) counts.renewals++;
          else counts.notifications++;
          mids.add(key);
        }
      };
      const ask = async (expected: string, code: number, path: string, rest?: Partial<RefMessage>): Promise<void> => {
        const { answer, others } = await lab.ask(code, path, rest);
        t.is(answer && codeText(answer.code), expected, `${code} ${path}`);
        note(others);
        counts.answers++;
      };
      const usage: number[] = [];
      // Every ninth of its own messages is not answered, and comes again.
      await lab.run('L.w=9');
      for (let hour = 1; hour <= 24; hour++) {
        await ask('2.05', GET, '/3303/0/5700', { options: [uintOption(6, 0)], token: [7] });
        for (let quarter = 0; quarter < 4; quarter++) {
          note(await lab.pass(QUARTER_MS));
          await ask('2.05', GET, '/3/0');
          await ask('2.04', PUT, '/3/0/14', { options: [uintOption(12, 0)], payload: text(quarter % 2 ? '+01:00' : '+02:00') });
          // The temperature rises, and who observes it is told.
          if (quarter % 2) await ask('2.04', POST, '/3303/0/5605');
        }
        // Nothing is under way when it is measured.
        note(await lab.pass(MINUTE_MS));
        usage.push(await lab.usage());
        mids.clear();
      }
      t.log(`measured: JsVars each hour: ${usage.join(' ')}; ${JSON.stringify(counts)}`);
      t.true(counts.renewals > 24 * 12, `${counts.renewals} renewals`);
      t.is(counts.notifications, 48);
      t.true(counts.again > 40, `${counts.again} came again`);
      t.true(lab.now > 24 * 3_600_000);
      // A number that two fields have got from each other is one variable for both: that makes two more or less, and no trend.
      t.is(Math.max(...usage.slice(3)), Math.max(...usage.slice(0, 3)), 'the most variables in use');
      t.true(Math.max(...usage) - Math.min(...usage) <= 2, usage.join(' '));
      t.deepEqual(lab.device.complaints, []);
    } finally {
      await lab.stop();
    }
  });
