/**
 * Memory that is not there, on Espruino: a board's device with fewer and fewer variables left, as `espruino --test-mem` does it, for each kind
 * of request and for a deadline. The result is always an answer or a line that reports the cause; when memory is free again, everything works as before.
 */
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { codeText, type RefMessage } from '../reference/coap';
import { blockOption, text, uintOption } from '../support/bench';
import { onEngine, withoutEngine } from '../support/engine';
import { Starved } from './support/starved';
import { patient } from '../support/patience';

const [GET, POST, PUT, DELETE] = [1, 2, 3, 4];
/** How long memory is short for a deadline, and for a request that shall be answered all the same, ms; for others: see BOARDS. */
const ANSWERED_MS = 3000;
const DEADLINE_MS = 3500;
/**
 * Below so many free variables Espruino itself may read through a null pointer, forget a timer, or keep a datagram that it found no room to tell of, and
 * with it all later ones until the client's next deadline (socketReceivedUDP), before anything of ours runs.
 */
const ENGINE = 16;
/** What Espruino says when it ends something for want of memory, and what we throw before it comes to that. */
const TOLD = /OUT OF MEMORY|Execution Interrupted|Uncaught wixt: too little memory/;

interface Operation {
  code: number;
  path: string;
  rest?: Partial<RefMessage>;
  expected: string;
  /** What undoes it, and what it answers when it had been done already. */
  undo?: { code: number; path: string };
  done?: string;
}

const plain = uintOption(12, 0);
const tlv = uintOption(12, 11542);
const query = (words: string[]) => ({ options: words.map((word) => ({ number: 15, value: text(word) })) });

const OPERATIONS: Record<string, Operation> = {
  'read a resource': { code: GET, path: '/3/0/0', expected: '2.05' },
  'read an instance': { code: GET, path: '/3/0', expected: '2.05' },
  'read a block': { code: GET, path: '/3/0', rest: { options: [blockOption(23, 1, false, 32)] }, expected: '2.05' },
  'write text': { code: PUT, path: '/3/0/14', rest: { options: [plain], payload: text('+02:00') }, expected: '2.04' },
  'write TLV': { code: POST, path: '/3/0', rest: { options: [tlv], payload: [0xc6, 14, ...text('+02:00')] }, expected: '2.04' },
  'write a block': { code: PUT, path: '/3/0/15', rest: { options: [plain, blockOption(27, 0, true, 64)], payload: text('x'.repeat(64)) }, expected: '2.31' },
  execute: { code: POST, path: '/3/0/4', rest: { payload: text("0='a'") }, expected: '2.04' },
  discover: { code: GET, path: '/3/0', rest: { options: [uintOption(17, 40)] }, expected: '2.05' },
  'write attributes': { code: PUT, path: '/3303/0/5700', rest: query(['pmin=0', 'pmax=600']), expected: '2.04' },
  observe: { code: GET, path: '/3303/0/5700', rest: { options: [uintOption(6, 0)], token: [9] }, expected: '2.05' },
  create: {
    code: POST,
    path: '/16',
    rest: { options: [tlv], payload: [0x08, 7, 8, 0x86, 0, 0x41, 0, 0x62, 0x41, 1, 0x63] },
    expected: '2.01',
    undo: { code: DELETE, path: '/16/7' },
    done: '4.00',
  },
};

const BOARDS = [
  { board: 'linux-espruino', levels: [0, 4, 8, 14, 20, 26, 32, 40, 60, 100, 150, 200, 260, 320], ms: 45 },
  { board: 'esp8266', levels: [0, 4, 8, 14, 20, 26, 32, 40, 60, 100, 150, 200, 260, 320, 400, 500, 600, 720, 800], ms: 45 },
];

/** A device with every operation done once, so that what stays of them is there; and what it takes then. */
async function begin(t: ExecutionContext, board: string): Promise<{ device: Starved; state: number[]; usage: number } | undefined> {
  const device = await Starved.start(board, 86400);
  if (typeof device === 'string') {
    withoutEngine(t, 'espruino', device);
    return undefined;
  }
  for (const [what, { code, path, rest, expected, undo }] of Object.entries(OPERATIONS)) {
    t.is(codeText((await device.ask(code, path, rest))?.code ?? 0), expected, `${what}, with all memory`);
    if (undo) await device.ask(undo.code, undo.path);
  }
  return { device, state: (await device.ask(GET, '/3/0'))!.payload, usage: await device.usage() };
}

for (const { board, levels, ms } of BOARDS)
  test.serial(`${board}: with too little memory it refuses or says so, and then it is as it was`, async (t) => {
    let running = await begin(t, board);
    if (!running) return;
    onEngine(t, 'espruino', running.device.device.engine.version);
    const counts = { answered: 0, refused: 0, told: 0, silent: 0 };
    let engine = 0;
    try {
      for (const [what, { code, path, rest, expected, undo, done }] of Object.entries(OPERATIONS)) {
        let works = false;
        for (const free of levels) {
          const { device, state, usage } = running;
          const when = `${what}, ${free} free`;
          const faults: string[] = [];
          const hold = (right: boolean, fault: string): void => void (right || faults.push(`${when}: ${fault}`));
          const mark = device.device.mark();
          const datagram = device.request(code, path, rest);
          const end = await device.starve(free, free === levels.at(-1) ? ANSWERED_MS : ms);
          device.send(datagram);
          const first = await device.answer(datagram, end - performance.now());
          if (!device.ended) await wait(Math.max(0, end - performance.now()) + 5);
          const printed = device.device.espruino.output.slice(mark);
          const answer = first && codeText(first.code);
          if (answer) hold([expected, done, '4.13', '5.03'].includes(answer), answer);
          works = answer === expected;
          counts[works ? 'answered' : answer ? 'refused' : TOLD.test(printed) ? 'told' : 'silent']++;
          // Nothing but that is said, and never an error of the program's own.
          for (const line of printed.match(/^(Uncaught|ERROR).*$/gm) ?? []) hold(TOLD.test(line) || free < 2 * ENGINE + 20, line);
          hold(!device.ended, `the engine ended\n${printed}`);
          if (!device.ended) {
            const again = await device.insist(datagram);
            hold([expected, done].includes(codeText(again?.code ?? 0)), `and then: ${again && codeText(again.code)}\n${printed}`);
          }
          if (!device.ended && !faults.length) {
            if (undo) hold(codeText((await device.ask(undo.code, undo.path))?.code ?? 0) === '2.02', 'it could not be undone');
            const left = (await device.ask(GET, '/3/0'))?.payload;
            hold(Buffer.from(left ?? []).equals(Buffer.from(state)), `/3/0 is ${left} then`);
            hold(!device.broken.length, device.broken.join('; '));
            // The room for a body in blocks comes and goes where functions are loaded; Espruino itself loses one now and then where memory ended.
            const more = await device.usage().then((now) => now - usage, (error: Error) => (hold(false, error.message), 0));
            hold(more < 60, `${more} variables more`);
          }
          if (faults.length && free < ENGINE) {
            // Whatever Espruino read or wrote through a null pointer: what follows says nothing of us. A restart finds everything in order.
            engine++;
            await device.stop();
            running = (await begin(t, board))!;
            continue;
          }
          t.deepEqual(faults, []);
          running.usage = usage;
        }
        t.true(works, `${what}: not answered with ${levels.at(-1)} variables free`);
      }
      // What was observed still is.
      const { device } = running;
      // Beside Updates, which tell of instances that came and went.
      const notifications = () => device.told.filter((m) => m.code >= 64);
      const before = notifications().length;
      t.is(codeText((await device.ask(POST, '/3303/0/5605'))?.code ?? 0), '2.04');
      for (let ms = 0; ms < patient(5000) && notifications().length === before; ms += 10) await wait(10);
      t.deepEqual(notifications().slice(before).map(({ code, token }) => [codeText(code), token]), [['2.05', [9]]], 'a notification');
      t.true(counts.answered > 0 && counts.told > 0);
      t.log(`measured: ${JSON.stringify(counts)}${engine ? `; with fewer than ${ENGINE} free Espruino itself fell over, or kept a datagram, ${engine} times` : ''}`);
    } finally {
      await running.device.stop();
    }
  });

for (const { board } of BOARDS)
  test.serial(`${board}: a deadline that finds too little memory is kept when there is some again`, async (t) => {
    const starve = async (free: number): Promise<string | undefined> => {
      // Renewed at half of its lifetime: every two seconds.
      const device = await Starved.start(board, 4);
      if (typeof device === 'string') return device;
      try {
        if (!free) onEngine(t, 'espruino', device.device.engine.version);
        const end = await device.starve(free, DEADLINE_MS);
        await wait(end - performance.now());
        const printed = device.device.espruino.output;
        const before = device.told.length;
        for (let ms = 0; ms < patient(6000) && device.told.length < before + 2 && !device.ended; ms += 10) await wait(10);
        const renewals = device.told.slice(before);
        if (free < ENGINE && renewals.length < 2) {
          t.log(`measured: with ${free} free Espruino itself ${device.ended ? 'fell over' : 'forgot the timer'}`);
          // A datagram wakes it all the same.
          if (!device.ended) t.truthy(await device.ask(GET, '/3/0/9'), `${free} free`);
        } else {
          t.is(renewals.length, 2, `${free} free: renewals\n${printed}`);
          t.true(renewals.every(({ code }) => code === POST));
        }
        return undefined;
      } finally {
        await device.stop();
      }
    };
    const [missing] = (await Promise.all([0, 12, 40, 150].map(starve))).filter((one) => one !== undefined);
    if (missing) withoutEngine(t, 'espruino', missing);
  });
