/**
 * An ESP8266 with Espressif's AT firmware at the other end of a serial line, by its documented dialogue (ESP-AT User Guide v2.2; ESP8266 AT
 * Instruction Set 3.0 for the older "NonOS" one), what both say besides (captured in espressif's issue trackers), and the faults of the field.
 * Its UDP sockets are sockets of this computer.
 */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { Modem, type LineFaults } from './modem';

export interface Esp8266Faults extends LineFaults {
  /** Of the commands that send, how many are answered "busy p..." and not obeyed. */
  busy?: number;
  /** "SEND FAIL" before "SEND OK", as the older firmware does (ESP8266_NONOS_SDK issue 60). */
  failsFirst?: boolean;
  /** How long it takes to join. */
  joinMs?: number;
}

interface Link {
  socket: Socket;
  /** Where data go without an address. */
  address: string;
  port: number;
}

export class Esp8266At extends Modem<Esp8266Faults> {
  protected override readonly end = '\n';
  readonly firmware: 'nonos' | 'esp-at';
  ssid = 'home';
  password = 'secret, "really"';
  /** No network in reach. */
  offline = false;
  /** It says nothing but "busy p..." until it is restarted (ESP8266_NONOS_SDK issue 314). */
  stuck = false;
  /** It has a network in its flash, and joins it by itself. */
  remembers = false;
  joined = false;
  #links: (Link | undefined)[] = [];
  #several = false;
  #senders = false;
  #busy = false;

  constructor(firmware: 'nonos' | 'esp-at', faults: Esp8266Faults = {}) {
    super(faults);
    this.firmware = firmware;
  }

  // What takes a while: meanwhile other commands are refused.
  #work(ms: number, done: () => void): void {
    this.#busy = true;
    this.after(ms, () => {
      this.#busy = false;
      done();
    });
  }

  protected obey(line: string): void {
    if (!line) return;
    if (this.stuck && line !== 'AT+RST') return this.answer('busy p...');
    if (this.#busy) return this.answer('busy p...');
    const match = line.length < 256 && /^AT(\+?[A-Z]*(?:_CUR|_DEF)?)(.*)$/.exec(line);
    if (!match) return this.answer('ERROR');
    const [, name, rest] = match as unknown as [string, string, string];
    const given = split(rest.startsWith('=') ? rest.slice(1) : '');
    const old = this.firmware === 'nonos';
    switch (name) {
      case 'E':
        this.echo = rest !== '0';
        return this.answer('OK');
      case '':
      case '+UART_CUR':
      case '+CIPSSLSIZE':
        return this.answer('OK');
      case '+CWMODE':
        return this.answer('OK');
      case '+CWMODE_CUR':
      case '+CIPSTA_CUR':
        return this.answer(old ? 'OK' : 'ERROR');
      case '+SYSSTORE':
        return this.answer(old ? 'ERROR' : 'OK');
      case '+RST':
        this.answer('OK');
        return this.after(5, () => this.reset());
      case '+CIPMUX':
        if (this.#links.some(Boolean)) return this.answer('link is builded', 'ERROR');
        this.#several = given[0] === '1';
        return this.answer('OK');
      case '+CIPDINFO':
        this.#senders = given[0] === '1';
        return this.answer('OK');
      case '+CWJAP':
      case '+CWJAP_CUR':
        if (name !== '+CWJAP' && !old) return this.answer('ERROR');
        if (rest === '?') return this.say(this.joined ? `${name}:"${this.ssid}","00:11:22:33:44:55",6,-60\r\n\r\nOK\r\n` : 'No AP\r\n\r\nOK\r\n');
        return this.#join(name, given);
      case '+CIPDOMAIN':
        return this.#lookUp(given[0]!);
      case '+CIPCLOSE':
        return this.#closeLink(this.#several ? +given[0]! : 0);
      case '+CIPSTART':
        return this.#start(this.#several ? +given.shift()! : 0, given);
      case '+CIPSEND':
        return this.#send(this.#several ? +given.shift()! : 0, given);
      default:
        return this.answer('ERROR');
    }
  }

  #join(name: string, [ssid, password]: string[]): void {
    const old = this.firmware === 'nonos';
    const lost = this.joined;
    this.joined = false;
    if (lost) this.say('WIFI DISCONNECT\r\n');
    this.#work(this.faults.joinMs ?? 20, () => {
      const reason = this.offline || ssid !== this.ssid ? 3 : password !== this.password ? 2 : 0;
      if (reason) return this.say(`${name}:${reason}\r\n\r\n${old ? 'FAIL' : 'ERROR'}\r\n`);
      this.joined = true;
      this.say('WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n');
    });
  }

  #lookUp(host: string): void {
    if (!this.joined) return this.answer('ERROR');
    this.#busy = true;
    lookup(host, 4, (error, address) => {
      this.#busy = false;
      if (error) this.answer('DNS Fail', 'ERROR');
      else this.say(`+CIPDOMAIN:${this.firmware === 'nonos' ? address : `"${address}"`}\r\n\r\nOK\r\n`);
    });
  }

  #start(id: number, [type, address, port, local]: string[]): void {
    const prefix = this.#several ? `${id},` : '';
    if (!this.joined) return this.answer('no ip', 'ERROR');
    if (this.#links[id]) return this.answer('ALREADY CONNECTED', 'ERROR');
    // Nobody is there for another type: a TCP connection to a broadcast address does not come about.
    if (type !== 'UDP') return this.#work(50, () => this.say(`\r\nERROR\r\n${prefix}CLOSED\r\n`));
    const socket = createSocket('udp4');
    const link: Link = { socket, address: address!, port: +port! };
    this.#links[id] = link;
    socket.on('message', (data, from) => {
      if (this.#links[id] !== link || !this.joined || this.deaf || !data.length) return;
      link.address = from.address;
      link.port = from.port;
      const quote = this.firmware === 'nonos' ? '' : '"';
      const sender = this.#senders ? `,${quote}${from.address}${quote},${from.port}` : '';
      this.say(Buffer.concat([Buffer.from(`\r\n+IPD,${prefix}${data.length}${sender}:`), data]));
    });
    this.bind(socket, +local!, () => {
      socket.on('error', () => this.#links[id] === link && this.#closeLink(id));
      this.say(`${prefix}CONNECT\r\n\r\nOK\r\n`);
    });
  }

  #send(id: number, [length, address, port]: string[]): void {
    const link = this.#links[id];
    if (this.faults.busy && (this.faults.random ?? Math.random)() < this.faults.busy) return this.answer('busy p...');
    if (!link) return this.answer('link is not valid', 'ERROR');
    if (!(+length! > 0 && +length! <= 2048)) return this.answer('ERROR');
    this.expect(+length!, (data) => {
      this.sent++;
      if (this.joined) link.socket.send(data, +(port ?? link.port), address ?? link.address, () => {});
      this.say(`\r\nRecv ${data.length} bytes\r\n`);
      if (this.faults.failsFirst) this.say('\r\nSEND FAIL\r\n');
      this.say('\r\nSEND OK\r\n');
    });
    this.say(this.firmware === 'nonos' ? '\r\nOK\r\n> ' : '\r\nOK\r\n\r\n>');
  }

  #closeLink(id: number): void {
    const link = this.#links[id];
    this.#links[id] = undefined;
    link?.socket.close();
    if (link) this.say(`${this.#several ? `${id},` : ''}CLOSED\r\n\r\nOK\r\n`);
    else this.answer('link is not', 'ERROR');
  }

  #closeAll(): void {
    for (const link of this.#links) link?.socket.close();
    this.#links = [];
  }

  /** The firmware closed its socket, and says so. */
  closeSocket(): void {
    this.#closeAll();
    this.say('CLOSED\r\n');
  }

  /** The network is out of reach; sockets do not outlive that on the newer firmware. */
  leave(): void {
    this.offline = true;
    this.joined = false;
    if (this.firmware === 'esp-at') this.#closeAll();
    this.say('WIFI DISCONNECT\r\n');
  }

  /** It is in reach again, and the firmware joins by itself. */
  comeBack(): void {
    this.offline = false;
    this.joined = true;
    this.say('WIFI CONNECTED\r\nWIFI GOT IP\r\n');
  }

  /** Everything is forgotten; it boots, at first with another speed. */
  reset(): void {
    this.powerOff();
    this.after(this.faults.bootMs ?? 20, () => {
      this.deaf = false;
      this.say(Buffer.concat([Buffer.from([0x02, 0x9c, 0xe4, 0x80, 0x0c, 0x6c, 0xff]), Buffer.from('\r\nready\r\n')]));
      if (this.remembers) this.after(this.faults.joinMs ?? 20, () => this.comeBack());
    });
  }

  /** Dark at once, in the middle of whatever it says. */
  powerOff(): void {
    this.forget();
    this.#closeAll();
    this.joined = this.#several = this.#senders = this.#busy = this.stuck = false;
    this.deaf = true;
  }
}

// Values, quoted or not; a backslash takes the next character as it is.
function split(text: string): string[] {
  const values = [''];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === '\\') values[values.length - 1] += text[++at] ?? '';
    else if (c === '"') quoted = !quoted;
    else if (c === ',' && !quoted) values.push('');
    else values[values.length - 1] += c;
  }
  return values[0] === '' && values.length === 1 ? [] : values;
}
