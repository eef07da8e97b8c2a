// Kaluma's network device, timers and modules on JerryScript, call for call as its sources have them (kaluma-project/kaluma, commit 10ae3fc).
// Names: the host fills N before; a name that is not in it does not resolve.
var N = { localhost: '127.0.0.1' };
var global = this;
var storage = {};
var console = { log: print, error: print };
var exports = {};
var K = (function () {
  var ids = 0;

  function must(given, i, kind) {
    if (typeof given !== kind) throw new TypeError('argument ' + i + ' must be a ' + kind);
  }

  function start(callback, ms, every) {
    must(callback, 0, 'function');
    must(ms, 1, 'number');
    // No arguments; and the id of the first is 0.
    var timer = H.set(ids++, function () {
      timer.calling = true;
      callback();
      timer.calling = false;
    }, ms, every);
    return timer.id;
  }

  return {
    setTimeout: function (callback, ms) {
      return start(callback, ms, false);
    },
    setInterval: function (callback, ms) {
      return start(callback, ms, true);
    },
    clear: function (id) {
      must(id, 0, 'number');
      for (var i = 0; i < H.timers.length; i++)
        if (H.timers[i].id === id) {
          if (H.timers[i].calling) throw new Error('a timer was cleared while it was called: Kaluma frees it twice');
          H.clear(H.timers[i]);
          return;
        }
    },
    must: must,
  };
})();
var setTimeout = K.setTimeout;
var setInterval = K.setInterval;
var clearTimeout = K.clear;
var clearInterval = K.clear;

function require(name) {
  if (name === 'rp2') return { randomBigInt: function () { return BigInt(Math.floor(Math.random() * 9007199254740991)) * BigInt(9007199254740991) + BigInt(Math.floor(Math.random() * 9007199254740991)); } };
  throw new Error('Failed to load module: ' + name);
}

var __netdev = {
  errno: 0,
  ip: '127.0.0.1',
  mac: '00:00:00:00:00:00',
  socket: function (domain, protocol) {
    K.must(domain, 0, 'string');
    if (protocol !== 'DGRAM') throw new TypeError('un-supported domain or protocol.');
    for (var fd = 0; fd < 16; fd++)
      if (!H.sockets[fd]) {
        H.sockets[fd] = {
          record: { fd: fd, ptcl: 'DGRAM', state: 0, laddr: this.ip, lport: 0, raddr: '0.0.0.0', rport: 0 },
          come: function (bytes, address, port) {
            var r = this.record;
            // The second argument is whatever lies on the stack.
            if (bytes.length && address === r.raddr && port === r.rport && typeof r.read_cb === 'function') r.read_cb.call(undefined, bytes, { garbage: true });
          },
        };
        return fd;
      }
    throw new Error('EREMOTEIO');
  },
  get: function (fd) {
    K.must(fd, 0, 'number');
    return H.sockets[fd] && H.sockets[fd].record;
  },
  connect: function (fd, host, port, callback) {
    K.must(fd, 0, 'number');
    K.must(host, 1, 'string');
    K.must(port, 2, 'number');
    if (arguments.length > 3) K.must(callback, 3, 'function');
    var r = this.get(fd);
    this.errno = -1;
    if (r && r.state === 0) {
      var address = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host : N[host];
      if (!address) throw new Error('DNS Error: IP is not found.');
      r.raddr = address;
      r.rport = port;
      r.state = 2;
      this.errno = 0;
      print('> open ' + fd + ' 0');
    }
    if (callback) callback(this.errno);
  },
  write: function (fd, data, callback) {
    K.must(fd, 0, 'number');
    K.must(data, 1, 'string');
    if (arguments.length > 2) K.must(callback, 2, 'function');
    var r = this.get(fd);
    this.errno = r && r.state === 2 ? 0 : -1;
    if (!this.errno && r.rport)
      H.send(fd, r.raddr, r.rport, data, data.length, function (s, i) { return s.charCodeAt(i) < 256 ? s.charCodeAt(i) : 0; });
    if (callback) callback(this.errno);
  },
  close: function (fd, callback) {
    K.must(fd, 0, 'number');
    if (arguments.length > 1) K.must(callback, 1, 'function');
    if (H.sockets[fd]) print('> close ' + fd);
    delete H.sockets[fd];
    this.errno = 0;
    if (callback) callback(0);
  },
};

// The radio is reset: all sockets are closed without a callback.
K.reset = function () {
  for (var fd in H.sockets) {
    print('> close ' + fd);
    delete H.sockets[fd];
  }
};
