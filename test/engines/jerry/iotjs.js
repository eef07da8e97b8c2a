// IoT.js' timers, Buffer, dgram, dns and fs on JerryScript, call for call as its sources have them (jerryscript-project/iotjs, commit 02599f3).
// Names: the host fills N before; a name that is not in it does not resolve.
var N = { localhost: '127.0.0.1' };
var global = this;
var process = { platform: 'linux', env: {}, exit: function () {} };
var console = { log: print, error: print };
var exports = {};

function Timeout(timer) {
  this.timer = timer;
}

function start(every, callback, ms, given) {
  if (typeof callback !== 'function') throw new TypeError('Bad arguments: callback must be a Function');
  if (!(ms >= 1 && ms <= 2147483647)) ms = 1;
  return new Timeout(H.set(0, function () { callback.apply(undefined, given); }, ms, every));
}

function setTimeout(callback, ms) {
  return start(false, callback, ms, Array.prototype.slice.call(arguments, 2));
}

function setInterval(callback, ms) {
  return start(true, callback, ms, Array.prototype.slice.call(arguments, 2));
}

function clearTimeout(timeout) {
  if (!timeout) return;
  if (!(timeout instanceof Timeout)) throw new Error('clearTimeout() - invalid timeout');
  H.clear(timeout.timer);
}
var clearInterval = clearTimeout;

// Bytes that no index reaches.
function Buffer(subject) {
  var own = typeof subject === 'number' ? new Uint8Array(subject) : new Uint8Array(subject);
  this.length = own.length;
  this.readUInt8 = function (offset, noAssert) {
    if (!noAssert && offset + 1 > own.length) throw new RangeError('index out of range');
    return own[offset] || 0;
  };
  this.slice = function (from, to) {
    return new Buffer(own.subarray(from, to));
  };
}

Buffer.from = function (value, offset, length) {
  if (!(value instanceof ArrayBuffer)) return new Buffer(value);
  if (length > value.byteLength - offset) throw new RangeError("'length' is out of bounds");
  return new Buffer(new Uint8Array(value, offset, length));
};

function Socket() {
  this.events = {};
  this.state = 0;
  this.queue = [];
}

Socket.prototype.on = function (name, listener) {
  (this.events[name] = this.events[name] || []).push(listener);
  return this;
};

Socket.prototype.emit = function (name) {
  var given = Array.prototype.slice.call(arguments, 1);
  var listeners = (this.events[name] || []).slice();
  if (name === 'error' && !listeners.length) throw given[0];
  for (var i = 0; i < listeners.length; i++) listeners[i].apply(this, given);
};

Socket.prototype.check = function () {
  if (this.state < 0) throw new Error('Not running');
};

Socket.prototype.bind = function (port, address) {
  this.check();
  if (this.state) throw new Error('Socket is already bound');
  this.state = 1;
  for (this.fd = 0; H.sockets[this.fd]; ) this.fd++;
  H.sockets[this.fd] = this;
  print('> open ' + this.fd + ' ' + (port | 0));
  return this;
};

// The host has opened it; 0: the port is somebody else's.
Socket.prototype.bound = function (port) {
  if (this.state !== 1) return;
  this.state = port ? 2 : 0;
  this.port = port;
  if (!port) {
    delete H.sockets[this.fd];
    this.emit('error', new Error('bind EADDRINUSE'));
    return;
  }
  this.emit('listening');
  while (this.queue.length) this.queue.shift()();
};

Socket.prototype.come = function (bytes, address, port) {
  if (this.state === 2) this.emit('message', new Buffer(bytes), { address: address, family: 'IPv4', port: port, size: bytes.length });
};

Socket.prototype.send = function (buffer, offset, length, port, address, callback) {
  var self = this;
  if (!(buffer instanceof Buffer)) throw new TypeError('First argument must be a buffer or string');
  var part = buffer.slice(offset, offset + length);
  if (!(port > 0 && port < 65536)) throw new RangeError('Port should be > 0 and < 65536');
  this.check();
  if (!this.state) this.bind(0);
  function go() {
    if (self.state !== 2) return;
    H.send(self.fd, address, port, part, part.length, function (b, i) { return b.readUInt8(i); });
    if (callback) H.set(0, function () { callback(null); }, 0);
  }
  if (this.state === 2) go();
  else this.queue.push(go);
};

Socket.prototype.address = function () {
  this.check();
  return { address: '0.0.0.0', port: this.port, family: 'IPv4' };
};

Socket.prototype.close = function () {
  var self = this;
  if (this.state === 1 && this.queue.length) {
    this.queue.push(function () { self.close(); });
    return this;
  }
  this.check();
  if (this.state > 0) {
    print('> close ' + this.fd);
    delete H.sockets[this.fd];
  }
  this.state = -1;
  H.set(0, function () { self.emit('close'); }, 0);
  return this;
};

function require(name) {
  if (name === 'dgram') return { createSocket: function () { return new Socket(); } };
  if (name === 'dns')
    return {
      lookup: function (host, family, found) {
        H.set(0, function () { found(N[host] ? null : new Error('getaddrinfo ENOTFOUND'), N[host]); }, 5);
      },
    };
  if (name === 'fs') return { openSync: function () { throw new Error('ENOENT'); }, readSync: function () {}, closeSync: function () {} };
  throw new Error('Module not found: ' + name);
}
