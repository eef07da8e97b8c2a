/**
 * A Quectel BG96 at the other end of a serial line, by the dialogue of its manuals (AT Commands Manual; TCP/IP AT Commands Manual V1.0), and
 * with the faults of the field. Its sockets of the kind "UDP SERVICE" are sockets of this computer.
 */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { Modem, type LineFaults } from './modem';

export interface Bg96Faults extends LineFaults {
  /** How many questions for the registration are answered by "searching". */
  searching?: number;
}

interface Waiting {
  data: Buffer;
  address: string;
  port: number;
}

/** Datagrams that it keeps until they are asked for. */
const KEPT = 16;

export class Bg96 extends Modem<Bg96Faults> {
  /** No network: not registered, and what is sent is lost. */
  offline = false;
  simMissing = false;
  #active = false;
  #socket?: Socket;
  #waiting: Waiting[] = [];
  /** Data were announced, and nobody has asked for all of them since. */
  #announced = false;
  #reports = false;

  constructor(faults: Bg96Faults = {}) {
    super(faults);
  }

  #send(data: Buffer, address: string, port: number): void {
    if (!this.#socket) return this.answer('ERROR');
    this.sent++;
    if (!this.offline) this.#socket.send(data, port, address, () => {});
    this.answer('SEND OK');
  }

  // One command line; what follows a semicolon is another.
  protected obey(line: string): void {
    const match = /^AT(\+?[A-Z]*)(.*)$/i.exec(line.trim());
    if (!match) return line ? this.answer('ERROR') : undefined;
    const [, name, rest] = match as unknown as [string, string, string];
    const given = (rest.startsWith('=') ? rest.slice(1) : '').split(',').map((one) => one.replace(/^"|"$/g, ''));
    switch (name) {
      case 'E':
        this.echo = rest !== '0';
        return this.answer('OK');
      case '':
      case '+QICSGP':
      case '+QSCLK':
      case '+CPSMS':
      case '+CEDRXS':
      case '+QCFG':
      case '+COPS':
        return this.answer('OK');
      case '+CPIN':
        return this.simMissing ? this.answer('+CME ERROR: 10') : this.answer('+CPIN: READY', 'OK');
      case '+CEREG':
        if (rest === '?') {
          const searches = this.offline || (this.faults.searching && this.faults.searching-- > 0);
          return this.answer(`+CEREG: ${+this.#reports},${searches ? 2 : 5}`, 'OK');
        }
        this.#reports = given[0] === '1';
        return this.answer('OK');
      case '+QIDEACT':
        this.#active = false;
        this.#close();
        return this.answer('OK');
      case '+QIACT':
        if (this.offline || this.#active) return this.answer('ERROR');
        this.#active = true;
        return this.answer('OK');
      case '+QICLOSE':
        this.#close();
        return this.answer('OK');
      case '+QIOPEN':
        if (given[2] !== 'UDP SERVICE' || !(+given[5]! > 0)) return this.answer('ERROR');
        this.answer('OK');
        if (!this.#active) return this.report('+QIOPEN: 0,561');
        if (this.#socket) return this.report('+QIOPEN: 0,563');
        return this.#open(+given[5]!);
      case '+QISEND': {
        const [, length, address, port] = given;
        if (!this.#socket || !(+length! > 0 && +length! <= 1460) || !(+port! > 0)) return this.answer('ERROR');
        this.expect(+length!, (data) => this.#send(data, address!, +port!));
        return this.say('\r\n> ');
      }
      case '+QIRD':
        return this.#hand();
      case '+QIDNSGIP':
        if (!this.#active) return this.answer('ERROR');
        this.answer('OK');
        return lookup(given[1]!, 4, (error, address) => {
          this.report(`+QIURC: "dnsgip",${error ? 565 : '0,1,600'}`);
          if (!error) this.report(`+QIURC: "dnsgip","${address}"`);
        });
      default:
        return this.answer('ERROR');
    }
  }

  #open(port: number): void {
    const socket = createSocket('udp4');
    this.#socket = socket;
    socket.on('message', (data, from) => {
      if (socket !== this.#socket || this.offline || this.deaf || !data.length || this.#waiting.length >= KEPT) return;
      this.#waiting.push({ data: data.subarray(0, 1500), address: from.address, port: from.port });
      // It says so once, until it was emptied.
      if (!this.#announced) this.report('+QIURC: "recv",0');
      this.#announced = true;
    });
    this.bind(socket, port, () => {
      socket.on('error', () => socket === this.#socket && this.closeSocket());
      this.report('+QIOPEN: 0,0');
    });
  }

  #hand(): void {
    if (!this.#socket) return this.answer('ERROR');
    const first = this.#waiting.shift();
    if (!first) {
      this.#announced = false;
      return this.answer('+QIRD: 0', 'OK');
    }
    const { data, address, port } = first;
    this.say(Buffer.concat([Buffer.from(`\r\n+QIRD: ${data.length},"${address}",${port}\r\n`), data, Buffer.from('\r\n\r\nOK\r\n')]));
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#waiting = [];
    this.#announced = false;
  }

  /** The network closed the socket, and says so. It is as good as gone until it is closed. */
  closeSocket(): void {
    this.#close();
    this.report('+QIURC: "closed",0');
  }

  /** The network took the context away, and says so. */
  deactivate(): void {
    this.#active = false;
    this.#close();
    this.report('+QIURC: "pdpdeact",1');
  }

  /** The network is back; the modem reports it if asked to. */
  comeBack(): void {
    this.offline = false;
    if (this.#reports) this.report('+CEREG: 5');
  }

  /** Everything is forgotten; it boots. */
  reset(): void {
    this.powerOff();
    this.after(this.faults.bootMs ?? 20, () => {
      this.deaf = false;
      for (const line of ['RDY', '+CFUN: 1', '+CPIN: READY', 'APP RDY']) this.report(line);
    });
  }

  /** Dark at once, in the middle of whatever it says. */
  powerOff(): void {
    this.forget();
    this.#close();
    this.#active = this.#reports = false;
    this.deaf = true;
  }

  /** Goes to sleep as PSM has it. */
  hibernate(): void {
    this.report('PSM POWER DOWN');
    this.after(10, () => this.powerOff());
  }
}
