// ECMA-419's UDP class as Moddable's SDK has it (modules/io/socket, commit 48ee02d), over the sockets of io.c: the module "embedded:io/socket/udp".
export default class UDP {
  constructor({ port = 0, target, onReadable, onError }) {
    if (!(port >= 0 && port <= 65535)) throw new RangeError('invalid port');
    if (target !== undefined) this.target = target;
    if (onReadable) this.onReadable = onReadable;
    if (onError) this.onError = onError;
    this.number = sockets.open(port, this);
  }

  read() {
    return sockets.read(this.number);
  }

  write(data, address, port) {
    sockets.write(this.number, data, address, port);
  }

  close() {
    sockets.close(this.number);
    this.number = -1;
  }

  ready(count) {
    if (this.onReadable) this.onReadable(count);
  }

  // ECMA-419: an error that ends it. For the tests.
  failed() {
    if (this.onError) this.onError();
  }
}
Object.freeze(UDP.prototype);
