/** Cases of badinput.json in which the server answers a request of the device in an odd way. */
import { TYPE_NAMES, valuesOf, type RefMessage } from '../../test/reference/coap';
import { parse, pathOptions, text, type Sent } from '../../test/support/bench';
import { Device } from './device';
import { fail, ok, same, Skip } from './check';
import type { Context, Vector } from './types';

const HOUR_MS = 3_600_000;
const pathText = (m: RefMessage): string => '/' + valuesOf(m, 11).map((value) => Buffer.from(value).toString()).join('/');

/** The odd answers to `request`, in order. */
function answers(request: RefMessage, reply: Record<string, any>): Partial<RefMessage>[] {
  const { type = 'ACK', code = '0.00', mid, location = [], silence, twice } = reply;
  if (silence) return [];
  const [group, detail] = String(code).split('.').map(Number) as [number, number];
  const number = TYPE_NAMES.indexOf(type);
  const answer: Partial<RefMessage> = {
    type: number,
    code: group * 32 + detail,
    mid: number >= 2 ? (mid === 'other' ? (request.mid + 77) & 0xffff : request.mid) : 0x6161,
    token: group ? request.token : [],
    options: location.length ? location.map((part: string) => ({ number: 8, value: text(part) })) : code === '2.01' ? pathOptions('/rd/1', 8) : [],
  };
  return twice ? [answer, answer] : [answer];
}

class Scene {
  readonly device: Device;
  readonly sent: Sent[] = [];

  constructor(context: Context) {
    this.device = new Device(context, { options: { servers: [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 86400 }] } });
  }

  /** Datagrams that are requests to a path. */
  requests(path: string): { at: number; m: RefMessage }[] {
    return this.sent.map((one) => ({ at: one.at, m: parse(one.bytes) })).filter(({ m }) => m.code > 0 && m.code < 32 && pathText(m) === path);
  }

  /** Different exchanges among them: retransmissions have the message id of the first. */
  exchanges(path: string): { at: number; m: RefMessage }[] {
    const seen = new Set<number>();
    return this.requests(path).filter(({ m }) => !seen.has(m.mid) && seen.add(m.mid));
  }

  say(message: Partial<RefMessage>): Sent[] {
    const sent = this.device.bench.say(message);
    this.sent.push(...sent);
    return sent;
  }

  pass(ms: number): void {
    this.sent.push(...this.device.bench.advance(ms));
  }

  events(name: string): number {
    return this.device.bench.events.filter((event) => event.name === name).length;
  }

  /** The server is right again: the next Register or Update is answered as it should be, and the device is registered. */
  recover(): void {
    const end = this.device.bench.now + 3 * HOUR_MS;
    const before = this.events('registered');
    while (this.device.bench.now < end && this.events('registered') === before) {
      const sent = this.device.bench.wait(end - this.device.bench.now);
      for (const one of sent) {
        const m = parse(one.bytes);
        if (m.code === 2 && pathText(m) === '/rd') this.say({ type: 2, code: 0x41, mid: m.mid, token: m.token, options: pathOptions('/rd/9', 8) });
      }
    }
    ok(this.events('registered') > before, 'it never registered again');
  }
}

/** A pause between one attempt and the next, and not one attempt after the other. */
function checkBackOff(scene: Scene): void {
  const times = scene.exchanges('/rd').map(({ at }) => at);
  ok(times.length >= 2, 'it did not try again');
  ok(times.length <= 20, `${times.length} attempts in an hour`);
  for (let i = 1; i < times.length; i++) ok(times[i]! - times[i - 1]! >= 1000, `it tried again after ${times[i]! - times[i - 1]!} ms`);
}

export function runServerAnswer(vector: Vector, context: Context): void {
  if (vector.when === 'Send') throw new Skip('Send is not part of LwM2M 1.0');
  if (vector.when !== 'Register' && vector.when !== 'Update') throw new Skip(`"${vector.when}" is not known as a request of the device`);
  const scene = new Scene(context);
  const { device } = scene;
  const expect = (vector.expect as string[]).join('; ');
  let request: RefMessage;
  if (vector.when === 'Register') {
    device.bench.start();
    scene.sent.push(...device.bench.out);
    request = scene.requests('/rd')[0]!.m;
  } else {
    device.bench.register();
    device.dialogue.get('/3/0/9', { observe: 0 });
    device.update();
    scene.sent.push(...device.bench.poll());
    request = scene.requests('/rd/1')[0]?.m ?? fail('it sent no Update');
  }
  const replies: Sent[][] = answers(request, vector.reply).map((answer) => scene.say(answer));
  const type = (sent: Sent[]): string => sent.map(({ bytes }) => parse(bytes)).filter((m) => m.code === 0).map((m) => TYPE_NAMES[m.type]).join();
  const parts = expect.split(/;\s*|,\s+/);
  let understood = 0;
  const on = (pattern: RegExp, check: () => void): void => {
    if (!parts.some((part) => pattern.test(part))) return;
    understood++;
    check();
  };
  on(/^ignored$/, () => {
    same(scene.events('registered'), 0, 'registered');
    scene.pass(4000);
    ok(scene.requests('/rd').length >= 2, 'it did not retransmit');
  });
  on(/acknowledged again$/, () => same(replies.map(type), ['ACK', 'ACK'], 'what both answers got'));
  on(/one registration/, () => same(scene.events('registered'), 1, 'registered, times'));
  on(/^accepted and acknowledged/, () => {
    same(replies.map(type), ['ACK'], 'what the answer got');
    same(scene.events('registered'), 1, 'registered, times');
  });
  on(/no truncation|used as it is/, () => {
    if (scene.events('registered')) {
      device.update();
      const update = parse(device.bench.poll()[0]!.bytes);
      same(pathText(update), '/' + vector.reply.location.join('/'), 'path of the Update');
    } else ok(scene.events('error') > 0, 'neither registered nor an error');
  });
  on(/back.?off|no tight loop|retried/, () => {
    ok(!scene.events('registered'), 'it takes itself for registered');
    // Every further attempt fails as well.
    for (const end = device.bench.now + HOUR_MS; device.bench.now < end; ) {
      const sent = device.bench.wait(end - device.bench.now);
      scene.sent.push(...sent);
      for (const one of sent) for (const answer of answers(parse(one.bytes), vector.reply)) scene.say(answer);
    }
    checkBackOff(scene);
    ok(scene.events('error') > 0, 'the application heard of no error');
  });
  on(/gives up after EXCHANGE_LIFETIME/, () => {
    scene.pass(240_000);
    same(scene.requests('/rd').length, 1, 'requests after an empty acknowledgement');
    scene.pass(120_000);
    ok(scene.exchanges('/rd').length >= 2, 'it did not try again');
  });
  on(/registers anew/, () => {
    if (vector.reply.silence) scene.pass(100_000);
    ok(scene.exchanges('/rd').length === 1, `${scene.exchanges('/rd').length} Registers instead of one`);
  });
  on(/observations dropped/, () => same(device.slots().observations, [], 'observations'));
  on(/no lock-up/, () => same(device.alive(), '2.05', 'Read of /3/0/9'));
  on(/reported to the application/, () => ok(scene.events('error') > 0, 'the application heard of no error'));
  if (!understood) throw new Skip(`the expectation "${expect}" is not understood`);
  const registered = scene.events('registered') > (vector.when === 'Register' ? 0 : 1);
  if (!registered) scene.recover();
  same(device.alive(), '2.05', 'Read of /3/0/9 right after');
  same(device.slots(), { observations: [], attributes: [], transfers: 0, exchanges: 0 }, 'what the client holds afterwards');
}

