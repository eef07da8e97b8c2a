/** The same promises on real sockets, in real time: several clients behind a lossy proxy each, one server. */
import { connect, type Device } from '../../boards/host/main';
import { loadDefaults } from '../../src/host/objects/registry';
import { LwM2mServer } from '../../src/host/server/server';
import { seeded } from '../support/bench';
import { createWorld } from '../support/world';
import { Book, KINDS } from './book';
import { MILD } from './network';
import { openProxy } from './proxy';

type Connect = typeof connect;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for `done`; at most until `end` (ms as performance.now gives them). */
async function until(done: () => boolean, end: number): Promise<boolean> {
  while (!done() && performance.now() < end) await sleep(20);
  return done();
}

/** How long operations may still wait for their answers when the time is over, ms. */
const GRACE_MS = 6000;

/** How much longer than the operations a registration may take, ms: MAX_TRANSMIT_WAIT and one more attempt. */
const REGISTER_MS = 110_000;

async function liveOne(connectTo: Connect, server: LwM2mServer, seed: number, end: number): Promise<Book> {
  const name = `socket-${seed}`;
  const world = createWorld();
  const book = new Book(server, name, world, () => performance.now());
  const proxy = await openProxy(server.coapAddresses[0]!.port, seed, MILD);
  const random = seeded(seed * 13);
  let level = 1000;
  const device: Device = connectTo({ endpoint: name, server: `coap://127.0.0.1:${proxy.port}`, lifetime: 300, objects: world.objects });
  server.events.on('registration', ({ endpoint }) => void (endpoint === name && book.observe()));
  try {
    // Each of five attempts fails once in five: three of 10,000 clients do not register in the first 93 s, and try again after that.
    if (!(await until(() => book.registered, end + REGISTER_MS))) return book;
    // Late clients still ask a little.
    end = Math.max(end, performance.now() + GRACE_MS / 2);
    while (performance.now() < end) {
      const kind = random();
      if (kind < 0.25) await book.execute();
      else if (kind < 0.5) await book.write();
      else if (kind < 0.65) await book.read();
      else if (kind < 0.75) await Promise.all([book.execute(), book.write(), book.write()]);
      else {
        world.device.values[0]![9] = ++level;
        device.changed(3, 0, 9);
        await sleep(random() * 500);
      }
      book.check();
    }
  } finally {
    device.stop();
    proxy.close();
  }
  book.check();
  return book;
}

export interface Report {
  breaches: string[];
  registered: number;
  /** Operations that were answered, of how many. */
  answered: number;
  asked: number;
  notifications: number;
}

/** `seconds` of it, and a little more. Clients that are on their way out keep their timers: the process has to be ended. */
export async function liveOnSockets(clients: number, seconds: number, connectTo: Connect = connect): Promise<Report> {
  const server = new LwM2mServer({ objects: loadDefaults(), coapPort: 0, hosts: ['127.0.0.1'] });
  server.events.setMaxListeners(0);
  await server.start();
  const end = performance.now() + seconds * 1000;
  // What is not answered by then is given up, and does not count.
  let stopTimer: NodeJS.Timeout | undefined;
  const stopWhenDone = async (lives: Promise<Book>[]): Promise<Book[]> => {
    stopTimer = setTimeout(() => void server.stop(), seconds * 1000 + REGISTER_MS + GRACE_MS * 2);
    return Promise.all(lives);
  };
  try {
    const books = await stopWhenDone(Array.from({ length: clients }, (_, i) => liveOne(connectTo, server, i + 1, end)));
    const tallies = books.flatMap((book) => KINDS.map((kind) => book.tally(kind)));
    return {
      breaches: books.flatMap((book) => book.breaches),
      registered: books.filter((book) => book.asked.executed.length + book.asked.written.length + book.asked.read.length > 0).length,
      answered: tallies.reduce((sum, [answered]) => sum + answered, 0),
      asked: tallies.reduce((sum, [answered, lost]) => sum + answered + lost, 0),
      notifications: books.reduce((sum, book) => sum + book.notes.length, 0),
    };
  } finally {
    clearTimeout(stopTimer);
    await server.stop();
  }
}
