// What a host process needs inside of JerryScript, whose bare engine has `print` and nothing else: timers that the host lets ring, and
// sockets that are the host's. It types one line at a time (test/engines/support/jerry.ts); after each stands "~" and the ms until the next timer.
var H = (function () {
  var timers = [];
  var sockets = {};
  var stress = typeof gc === 'function' ? gc : function () {};
  var tight = false;
  var came = new Uint8Array(1500);
  var length = 0;

  function next() {
    var first;
    for (var i = 0; i < timers.length; i++) if (!first || timers[i].at < first.at) first = timers[i];
    return first;
  }

  return {
    timers: timers,
    sockets: sockets,

    // Starts a timer; `call` is called with it.
    set: function (id, call, ms, every) {
      var timer = { id: id, at: Date.now() + ms, every: every ? ms : 0, call: call };
      timers.push(timer);
      return timer;
    },

    clear: function (timer) {
      var i = timers.indexOf(timer);
      if (i >= 0) timers.splice(i, 1);
      return i >= 0;
    },

    // Sends: the bytes first, a piece in a line, so that no long text comes into being.
    send: function (fd, address, port, bytes, length, at) {
      for (var from = 0; from < length; from += 16) {
        var text = '> bytes ';
        for (var i = from; i < length && i < from + 16; i++) text += (at(bytes, i) < 16 ? '0' : '') + at(bytes, i).toString(16);
        print(text);
      }
      print('> send ' + fd + ' ' + address + ' ' + port);
    },

    // Everything that is typed goes through here.
    run: function (work) {
      if (work) {
        try {
          work();
        } catch (e) {
          print('Uncaught ' + e);
        }
      }
      var now = Date.now();
      for (var timer = next(), n = 0; timer && timer.at <= now && n < 50; timer = next(), n++) {
        if (timer.every) timer.at += timer.every;
        try {
          timer.call(timer);
        } catch (e) {
          print('Uncaught ' + e);
        }
        if (!timer.every) this.clear(timer);
      }
      if (tight) stress();
      print('~ ' + (timer ? (timer.at > now ? timer.at - now : 0) : -1));
    },

    // Collects garbage after each line, so that the peak of the heap is what is in use and the garbage of one line.
    tight: function () {
      tight = true;
    },

    // The host has a datagram for a socket: its bytes in pieces, then who it is for. All that is typed is small numbers, as JerryScript keeps
    // every text of its input for ever.
    bytes: function (more) {
      for (var i = 0; i < more.length; i++) came[length++] = more[i];
    },

    come: function (fd, address, port) {
      var bytes = new Uint8Array(length);
      bytes.set(came.subarray(0, length));
      length = 0;
      this.run(function () {
        if (sockets[fd]) sockets[fd].come(bytes, address.join('.'), port);
      });
    },
  };
})();
