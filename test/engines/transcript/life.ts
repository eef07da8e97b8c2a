/** A device's life, as its server and its network make it: writes the lines that `play` (main.ts) plays, with a device that plays along. */

export interface Line {
  line: string;
  answer: string;
}

/** Option bytes of a path. */
function path(text: string): [number, Buffer][] {
  return text.split('/').filter(Boolean).map((part) => [11, Buffer.from(part)]);
}

const uint = (value: number): Buffer => Buffer.from(value ? value.toString(16).padStart(value > 255 ? 4 : 2, '0') : '', 'hex');

interface Asked {
  code: number;
  path: string;
  observe?: number;
  format?: number;
  query?: string[];
  accept?: number;
  block1?: number;
  block2?: number;
  payload?: Buffer;
  token?: string;
  non?: boolean;
}

const GET = 1;
const POST = 2;
const PUT = 3;
const DELETE = 4;
const CONTENT = 69;
const TEXT = 0;
const LINK = 40;
const OPAQUE = 42;
const TLV = 11542;
const JSON_FORMAT = 11543;

const STEP_MS = 10000;

export class Life {
  readonly lines: Line[] = [];
  readonly #play: (line: string) => string;
  #mid = 100;
  #last = '';
  /** The request or notification of the device that waits for an answer. */
  #open?: Buffer;

  constructor(play: (line: string) => string) {
    this.#play = play;
  }

  say(line: string): string {
    const answer = this.#play(line);
    this.lines.push({ line, answer });
    for (const one of Life.datagrams(answer)) if (one[0]! >> 4 === 4) this.#open = one;
    return answer;
  }

  /** Datagrams of an answer. */
  static datagrams(answer: string): Buffer[] {
    return answer.split(' ').filter((word) => /^([0-9a-f]{2}){4,}$/.test(word)).map((word) => Buffer.from(word, 'hex'));
  }

  ask({ code, path: uri, observe, format, query = [], accept, block1, block2, payload, token = '5a', non }: Asked): void {
    const options: [number, Buffer][] = path(uri);
    if (observe !== undefined) options.push([6, uint(observe)]);
    if (format !== undefined) options.push([12, uint(format)]);
    for (const one of query) options.push([15, Buffer.from(one)]);
    if (accept !== undefined) options.push([17, uint(accept)]);
    if (block2 !== undefined) options.push([23, uint(block2)]);
    if (block1 !== undefined) options.push([27, uint(block1)]);
    options.sort((a, b) => a[0] - b[0]);
    const bytes: Uint8Array[] = [Buffer.from([(non ? 0x50 : 0x40) | (token.length / 2), code, this.#mid >> 8, this.#mid & 255]), Buffer.from(token, 'hex')];
    this.#mid++;
    let last = 0;
    for (const [number, value] of options) {
      const delta = number - last;
      const small = (n: number) => (n < 13 ? n : 13);
      bytes.push(Buffer.from([(small(delta) << 4) | small(value.length), ...(delta < 13 ? [] : [delta - 13]), ...(value.length < 13 ? [] : [value.length - 13])]), value);
      last = number;
    }
    if (payload) bytes.push(Buffer.from([255]), payload);
    this.#last = 'R ' + Buffer.concat(bytes).toString('hex');
    this.say(this.#last);
  }

  /** The last request, as it was said. */
  get last(): string {
    return this.#last;
  }

  /** The last request again: a duplicate. */
  again(): void {
    this.say(this.#last);
  }

  /** Answers what the device asked: its token and message id; `more` are options. Throws when the device asked nothing of the kind. */
  reply(asked: string, code: number, more = ''): void {
    const request = this.#take(asked);
    if (!request.toString('latin1').includes(asked)) throw new Error(`the device asked ${request.toString('hex')}, not ${asked}`);
    const tkl = request[0]! & 15;
    this.say('R ' + Buffer.concat([Buffer.from([0x60 | tkl, code]), request.subarray(2, 4 + tkl), Buffer.from(more, 'hex')]).toString('hex'));
  }

  /** A Confirmable response with a message id of its own to what the device asked, which still waits; `more` are options. Returns what was said. */
  respond(asked: string, code: number, mid: string, more = ''): string {
    const request = this.#open!;
    if (!request.toString('latin1').includes(asked)) throw new Error(`the device asked ${request.toString('hex')}, not ${asked}`);
    const tkl = request[0]! & 15;
    const line = 'R ' + Buffer.concat([Buffer.from([0x40 | tkl, code]), Buffer.from(mid, 'hex'), request.subarray(4, 4 + tkl), Buffer.from(more, 'hex')]).toString('hex');
    this.say(line);
    return line;
  }

  /** Answers every Update that the device sends, now and after that. */
  settle(): void {
    this.pass(10);
    while (this.#open) this.reply('rd', 0x44);
  }

  /** Acknowledges or (`reset`) refuses a notification, where there is one that waits for it. */
  empty(reset = false): void {
    if (this.#open) this.late(this.hold(), reset);
  }

  /** Takes the notification that waits for an answer, to answer it later. */
  hold(): Buffer {
    return this.#take('');
  }

  /** Acknowledges or (`reset`) refuses a notification that was taken before. */
  late(notification: Buffer, reset = false): void {
    this.say('R ' + (reset ? '70' : '60') + '00' + notification.subarray(2, 4).toString('hex'));
  }

  /** Lets time pass; acknowledges the notifications and answers the Updates that come. */
  watch(ms = 10): void {
    this.pass(ms);
    while (this.#open) {
      if (this.#open[1] === CONTENT) this.empty();
      else this.reply('rd', 0x44);
      this.pass(10);
    }
  }

  /** In steps, so that no answer is longer than a small engine holds. */
  pass(ms: number): void {
    for (; ms > STEP_MS; ms -= STEP_MS) this.say('T ' + STEP_MS);
    this.say('T ' + ms);
  }

  /** Lets time pass until the device asks something. */
  wait(): void {
    for (let i = 0; i < 60 && !this.#open; i++) this.pass(STEP_MS);
  }

  #take(what: string): Buffer {
    const open = this.#open;
    if (!open) throw new Error(`the device did not ask ${what}; the last line was answered: ${this.lines.at(-1)!.answer}`);
    this.#open = undefined;
    return open;
  }
}

/** Everything of LwM2M 1.0 once, and what a network does to it. */
export function live(play: (line: string) => string): Line[] {
  const life = new Life(play);
  // Register: lost twice, refused once, then accepted.
  life.pass(0);
  life.pass(3000);
  life.pass(9000);
  life.reply('ep=life', 0xa0);
  life.pass(10000);
  life.reply('ep=life', 0x41, '8272640135');

  // Read in every format, at every level; blocks in the size that the server asks for.
  for (const uri of ['/3', '/3/0', '/3/0/0', '/3/0/6', '/3/0/6/1', '/3/0/9', '/1/0', '/3442/0', '/3303', '/5/0', '/16', '/9', '/0', '/3/0/4', '/3/0/99', '/3/1'])
    life.ask({ code: GET, path: uri });
  for (const accept of [TEXT, TLV, OPAQUE, LINK, 112, JSON_FORMAT])
    for (const uri of ['/3442/0/110', '/3442/0/120', '/3442/0/125', '/3442/0/130', '/3442/0/140', '/3442/0/150', '/3442/0/160', '/3442/0/170', '/3442/0/1120', '/3442/0'])
      life.ask({ code: GET, path: uri, accept });
  for (let block = 0; block < 6; block++) life.ask({ code: GET, path: '/3442/0', block2: (block << 4) | 1 });
  life.ask({ code: GET, path: '/3/0', block2: 0x600 });
  for (const uri of ['/3', '/3/0', '/3/0/9', '/3442/0/1120', '/1']) life.ask({ code: GET, path: uri, accept: LINK });
  life.ask({ code: GET, path: '/3/0/0', non: true, token: '0102030405060708' });
  life.ask({ code: GET, path: '/3/0/0', token: '' });

  // Write: text, TLV, opaque; Replace and Partial Update; twice; what may not be.
  life.ask({ code: PUT, path: '/3/0/14', format: TEXT, payload: Buffer.from('+01:00') });
  life.again();
  life.ask({ code: PUT, path: '/3/0/14', format: TLV, payload: Buffer.from('c60e2b30333a3030', 'hex') });
  life.ask({ code: POST, path: '/3/0', format: TLV, payload: Buffer.from('c60e2b30343a3030c40d5f5e0f00', 'hex') });
  life.ask({ code: PUT, path: '/3442/0', format: TLV, payload: Buffer.from('c66e746578746564', 'hex') });
  for (const [uri, text] of [['120', '-70000'], ['125', '4294967294'], ['130', '-2.5'], ['140', '0'], ['160', '1'], ['170', '1:65534'], ['120', 'x'], ['140', '2']] as const)
    life.ask({ code: PUT, path: `/3442/0/${uri}`, format: TEXT, payload: Buffer.from(text) });
  life.ask({ code: PUT, path: '/3442/0/150', format: OPAQUE, payload: Buffer.from('80ff0010', 'hex') });
  life.ask({ code: PUT, path: '/3442/0/1120', format: TLV, payload: Buffer.from('880460074101054201ff38', 'hex') });
  life.ask({ code: PUT, path: '/3/0/0', format: TEXT, payload: Buffer.from('x') });
  life.ask({ code: PUT, path: '/3/0/14', format: 9999, payload: Buffer.from('x') });
  life.ask({ code: PUT, path: '/3/0', format: TLV, payload: Buffer.from('c8ff', 'hex') });
  life.ask({ code: GET, path: '/3442/0', accept: TLV });

  // Execute, with arguments, twice; Create and Delete.
  life.ask({ code: POST, path: '/3/0/4', payload: Buffer.from("0='ab',3,7='1'") });
  life.again();
  life.ask({ code: POST, path: '/3/0/4', payload: Buffer.from('x') });
  life.ask({ code: POST, path: '/16', format: TLV, payload: Buffer.from('080708' + '8600' + '410062' + '410163', 'hex') });
  life.ask({ code: POST, path: '/16', format: TLV, payload: Buffer.from('8300' + '410062', 'hex') });
  life.again();
  life.ask({ code: GET, path: '/16', accept: LINK });
  life.settle();
  life.ask({ code: DELETE, path: '/16/1' });
  life.ask({ code: DELETE, path: '/3/0' });
  life.ask({ code: DELETE, path: '/16/1' });
  life.settle();

  // A package is pushed in blocks, one of them twice, and applied; its server watches the state. What is refused: an Update without a
  // package, a package that is not for the device, one that is broken off, and a URI to fetch one from.
  const image = (first: number) => Buffer.from(Array.from({ length: 600 }, (_, i) => (first + i * 7) & 255));
  const push = (bytes: Buffer, upTo: number) => {
    for (let at = 0; at < upTo; at += 256) {
      life.ask({ code: PUT, path: '/5/0/0', format: OPAQUE, block1: (at / 256 << 4) | (at + 256 < 600 ? 8 : 0) | 4, payload: bytes.subarray(at, at + 256) });
      if (at === 256) life.again();
      life.watch();
    }
  };
  life.ask({ code: GET, path: '/5/0/3', observe: 0, token: 'f1' });
  life.ask({ code: POST, path: '/5/0/2' });
  push(image(0), 600);
  life.ask({ code: GET, path: '/5/0', accept: TLV });
  life.ask({ code: POST, path: '/5/0/2' });
  life.watch();
  life.ask({ code: GET, path: '/5/0/5', accept: TEXT });
  push(image(255), 600);
  life.ask({ code: GET, path: '/5/0/5', accept: TEXT });
  push(image(0), 256);
  for (let i = 0; i < 30; i++) life.watch(10000);
  life.ask({ code: GET, path: '/5/0/5', accept: TEXT });
  life.ask({ code: PUT, path: '/5/0/1', format: TEXT, payload: Buffer.from('coap://192.0.2.9/image') });
  life.ask({ code: GET, path: '/5/0/5', accept: TEXT });
  life.ask({ code: GET, path: '/5/0/3', observe: 1, token: 'f1' });
  life.settle();

  // Block1: a text that is put together, one that is too large, one that is broken off.
  const body = Buffer.from(Array.from({ length: 200 }, (_, i) => 97 + (i % 26)));
  for (let at = 0; at < 200; at += 64) {
    life.ask({ code: PUT, path: '/3/0/15', format: TEXT, block1: (at / 64 << 4) | (at + 64 < 200 ? 8 : 0) | 2, payload: body.subarray(at, at + 64) });
    if (at === 64) life.again();
  }
  life.ask({ code: GET, path: '/3/0/15' });
  for (let at = 0; at < 1280; at += 256) life.ask({ code: PUT, path: '/3/0/15', format: TEXT, block1: (at / 256 << 4) | 8 | 4, payload: Buffer.alloc(256, 98) });
  life.ask({ code: PUT, path: '/3/0/15', format: TEXT, block1: 0x0a, payload: body.subarray(0, 64) });
  life.ask({ code: PUT, path: '/3/0/15', format: TEXT, block1: 0x22, payload: body.subarray(0, 20) });

  // What comes in blocks of other sizes and in another format, and two bodies of which the second ends the first.
  const part = (uri: string, num: number, more: boolean, szx: number, format = TEXT) =>
    life.ask({ code: PUT, path: uri, format, block1: (num << 4) | (more ? 8 : 0) | szx, payload: body.subarray((num * 16) << szx, more ? ((num + 1) * 16) << szx : 200) });
  part('/3/0/15', 0, true, 2);
  part('/3/0/15', 1, true, 2, OPAQUE);
  part('/3/0/15', 2, true, 1);
  part('/3/0/15', 1, true, 2);
  part('/3/0/15', 8, true, 0);
  part('/3/0/15', 9, false, 0);
  part('/3/0/15', 0, true, 2);
  part('/3/0/14', 0, true, 2);
  part('/3/0/15', 1, true, 2);
  for (let i = 0; i < 25; i++) life.watch(10000);
  part('/3/0/14', 1, true, 2);
  // One byte longer than any datagram may be.
  life.ask({ code: PUT, path: '/5/0/0', format: OPAQUE, block1: 13, payload: Buffer.alloc(512, 98) });

  // Copies of an Execute and a Create after other requests; a Content-Format without a payload; absent paths.
  life.ask({ code: POST, path: '/3/0/4', format: TLV });
  const executed = life.last;
  life.ask({ code: POST, path: '/16', format: TLV, payload: Buffer.from('0009', 'hex') });
  const created = life.last;
  for (let i = 0; i < 12; i++) life.ask({ code: PUT, path: '/3/0/15', format: TEXT, payload: Buffer.from(`${i}`) });
  life.say(executed);
  life.say(created);
  life.settle();
  life.ask({ code: DELETE, path: '/16/9' });
  life.settle();
  for (const uri of ['/3/0/99', '/3/0/0/0', '/3/0/6/0', '/3/1', '/5/0/0']) life.ask({ code: GET, path: uri, accept: LINK });
  for (const code of [GET, POST, PUT, DELETE]) life.ask({ code, path: '/3/0/14/0', format: code === PUT ? TEXT : undefined, payload: code === PUT ? Buffer.from('1') : undefined });

  // Observe: with attributes, Confirmable or not, in blocks; cancelled both ways.
  life.ask({ code: PUT, path: '/3303/0/5700', query: ['pmin=2', 'pmax=60', 'gt=25', 'lt=10.5', 'st=0.5'] });
  life.ask({ code: GET, path: '/3303/0/5700', accept: LINK });
  life.ask({ code: PUT, path: '/3303/0', query: ['pmin=9', 'pmax=3'] });
  life.ask({ code: GET, path: '/3303/0/5700', observe: 0, token: 'a1' });
  life.ask({ code: GET, path: '/3442/0', observe: 0, token: 'a2a2' });
  for (const [value, ms] of [[21, 1000], [24, 1500], [26, 100], [26.2, 5000], [9, 70000]] as const) {
    life.say('V ' + value);
    life.pass(ms);
    life.empty();
  }
  life.ask({ code: PUT, path: '/3303/0/5700', query: ['pmin', 'pmax', 'gt', 'lt', 'st'] });
  for (const value of [1, 2, 3]) {
    life.say('V ' + value);
    life.pass(9500);
    life.empty();
  }
  life.ask({ code: GET, path: '/3442/0', observe: 1, token: 'a2a2' });
  life.say('V 4');
  life.pass(9500);
  life.empty(true);
  life.say('V 5');
  life.pass(2000);

  // A notification in blocks, whose further ones the server asks for. One that is lost is sent again, three times; it is another one when
  // the value has changed meanwhile.
  life.ask({ code: GET, path: '/3303/0', observe: 0, token: 'b1', block2: 0 });
  life.say('V 16777217.5');
  life.watch(10000);
  life.ask({ code: GET, path: '/3303/0', block2: 0x10, token: 'b2' });
  life.say('V 30');
  life.pass(12000);
  life.say('V 31');
  life.pass(20000);
  life.empty();
  life.ask({ code: GET, path: '/3303/0', observe: 1, token: 'b1' });
  life.settle();

  // One path observed by two tokens, in two formats; the end of one, said twice, leaves the other. A Reset that comes late, when its
  // observation has ended or has been renewed, ends nothing. What has waited longest is told first.
  life.ask({ code: GET, path: '/3303/0/5700', observe: 0, token: 'c1' });
  life.ask({ code: GET, path: '/3303/0/5700', observe: 0, token: 'c2', accept: TLV });
  life.say('V 32');
  life.watch(10000);
  life.ask({ code: GET, path: '/3303/0/5700', observe: 1, token: 'c1' });
  life.again();
  life.say('V 33');
  life.pass(10000);
  const held = life.hold();
  life.ask({ code: GET, path: '/3303/0/5700', observe: 0, token: 'c2', accept: TLV });
  life.late(held, true);
  life.watch(10000);
  life.ask({ code: GET, path: '/3303/0', observe: 0, token: 'c3' });
  life.say('V 34');
  life.pass(10000);
  const first = life.hold();
  life.ask({ code: GET, path: '/3303/0/5700', observe: 1, token: 'c2' });
  life.late(first, true);
  life.watch(10000);
  life.ask({ code: GET, path: '/3303/0', observe: 1, token: 'c3' });
  life.settle();
  // Blocks of one representation while another changes, and while it does.
  life.ask({ code: GET, path: '/3442/0', block2: 0x01 });
  life.say('V 35');
  life.ask({ code: GET, path: '/3442/0', block2: 0x11 });
  life.ask({ code: PUT, path: '/3442/0/120', format: TEXT, payload: Buffer.from('-7') });
  life.ask({ code: GET, path: '/3442/0', block2: 0x21 });

  // Bad input.
  for (const hex of ['', '40', '4f010001', '40010001ff', '4101000255dd', '80010003', '60000004', '70000004', '40000007', '4101000a5a81', '4101000b5a' + 'f0'])
    life.say('R ' + hex);

  // Update: when it is due; forgotten by the server, who is registered with anew; a lifetime that a server writes.
  life.wait();
  life.reply('rd', 0x44);
  life.wait();
  life.reply('rd', 0x84);
  life.wait();
  life.reply('ep=life', 0x41, '8272640136');
  life.ask({ code: PUT, path: '/1/0/1', format: TEXT, payload: Buffer.from('120') });
  life.settle();
  // A response that cannot be understood, then one that comes by itself, twice, and again after the next request.
  life.ask({ code: POST, path: '/1/0/8' });
  life.pass(10);
  const copy = life.respond('rd', 0x44, '7001', 'e1261401');
  life.say(copy.replace('7001', '7002').slice(0, -8));
  life.say(copy.replace('7001', '7002').slice(0, -8));
  life.pass(10);
  life.ask({ code: POST, path: '/1/0/8' });
  life.settle();
  // The server answers neither the Update nor the first Register; then it answers again.
  life.wait();
  life.pass(130000);
  life.reply('ep=life', 0x41, '8272640137');
  // Its lifetime counts from the first copy of Register: an Update is due soon.
  life.ask({ code: POST, path: '/1/0/8' });
  life.settle();

  // What is written as it is makes no Update, what cannot be is refused; an Update is put off (5.03, Max-Age 30).
  for (const [uri, text] of [['1', '120'], ['7', 'U'], ['1', '3'], ['7', 'S'], ['5', '4294967296'], ['5', '30']] as const)
    life.ask({ code: PUT, path: `/1/0/${uri}`, format: TEXT, payload: Buffer.from(text) });
  life.pass(1000);
  life.ask({ code: PUT, path: '/1/0/7', format: TEXT, payload: Buffer.from('UQ') });
  life.reply('b=UQ', 0xa3, 'd1011e');
  life.wait();
  life.reply('b=UQ', 0x44);
  // Disabled: silence until it registers again. The Execute is answered, its copy too.
  life.ask({ code: POST, path: '/1/0/4' });
  life.again();
  life.reply('rd', 0x42);
  life.ask({ code: GET, path: '/3/0/0' });
  life.wait();
  life.ask({ code: GET, path: '/3/0/0' });
  life.reply('ep=life', 0x41, '8272640138');
  // After an unacknowledged notification the client registers anew. Stopped meanwhile, it de-registers.
  life.ask({ code: GET, path: '/3303/0/5700', observe: 0, token: 'c1' });
  life.say('V 99');
  life.pass(100000);
  life.say('E');
  life.reply('ep=life', 0x41, '8272640139');
  life.reply('rd', 0x42);
  life.pass(100000);
  return life.lines;
}
