// Runs on Espruino before a board's program: a clock that is a number, timers that it drives, a socket that is a list, and ballast.
// Names are short because they take JsVars.
var L = { n: 1000, i: 2000, q: [], o: [], b: [], w: 0, k: 18000 };
Date.now = function () {
  return L.n;
};
var setTimeout = function (f, m, a) {
  L.q.push([L.n + m, f, a, ++L.i]);
  return L.i;
};
var clearTimeout = function (i) {
  L.q = L.q.filter(function (e) {
    return e[3] != i;
  });
};
Modules.addCached('dgram', function () {
  exports.createSocket = function () {
    L.s = {
      sckt: 1,
      on: function (e, f) {
        if (e == 'message') this.m = f;
      },
      bind: function () {},
      close: function () {},
      send: function (d, o, l) {
        L.o.push(d.substr(0, l));
        // An Update or a notification that is Confirmable is answered 40 ms later, but for each L.w-th one.
        if (!L.w || d.charCodeAt(0) > 79 || !(++L.k % L.w)) return;
        L.q.push([L.n + 40, give, btoa(d.charCodeAt(1) == 2 ? 'dD' + d.substr(2, 6) : '`\0' + d.substr(2, 2))]);
      },
    };
    return L.s;
  };
});
// What was sent since, in base64.
function out(o) {
  o = L.o.map(btoa).join(' ');
  L.o = [];
  return o;
}
// Time passes.
function pass(m, e) {
  m += L.n;
  for (;;) {
    e = 0;
    L.q.forEach(function (x) {
      if (!e || x[0] < e[0]) e = x;
    });
    if (!e || e[0] > m) break;
    if (e[0] > L.n) L.n = e[0];
    clearTimeout(e[3]);
    e[1](e[2]);
  }
  L.n = m;
}
// A datagram comes.
function give(h) {
  h = atob(h);
  L.s.m(h, { address: '192.0.2.1', port: 5683, size: h.length });
}
// Takes variables until so many are free; 0 gives all of them back.
function starve(n) {
  L.b = [];
  if (n) for (n = process.memory().free - n; n > 0; n--) L.b.push(1);
}
