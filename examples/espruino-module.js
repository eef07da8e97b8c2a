/*
 * A thermometer in Espruino's Web IDE: plain JavaScript, no build. The library lies in Storage under the name `wixt`: make
 * dist/BOARD/wixt.min.js with `wixt build --board BOARD` and upload it there (IDE: Storage, "Upload a file", name it wixt), or let
 * `wixt flash --module` do it, which also writes a program that runs at boot. With the board in your network (ESP8266 and
 * ESP32: `require("Wifi").connect(…)`), paste this, with the address of your server, and "Send to Espruino".
 */
var wixt = require("wixt");

var SERVER = "coap://192.168.1.2:5683"; // node bin/wixt.js server --host 0.0.0.0

// What a resource is: its type, and what a server may do with it (LwM2M 1.0.2, appendix D).
var STRING = 1, INTEGER = 2, FLOAT = 4, READ = 16, EXECUTE = 64, SEVERAL = 128;

// Object 3, Device, which each device must have: 0 Manufacturer, 1 Model Number, 4 Reboot, 11 Error Code, 16 Supported Binding.
var self = {
  id: 3,
  table: new Uint16Array([0, READ | STRING, 1, READ | STRING, 4, EXECUTE, 11, READ | SEVERAL | INTEGER, 16, READ | STRING]),
  instances: [0],
  read: function (object, instance, resource) {
    if (resource == 0) return "Espruino";
    if (resource == 1) return process.env.BOARD;
    if (resource == 11) return [0];
    if (resource == 16) return "U";
  },
  // Behind the answer, which goes out first.
  execute: function () { setTimeout(function () { E.reboot(); }, 1000); }
};

// Object 3303, Temperature: 5700 Sensor Value, 5701 Sensor Units. Pairs of id and meaning, ids upwards.
var temperature = {
  id: 3303,
  table: new Uint16Array([5700, READ | FLOAT, 5701, READ | STRING]),
  instances: [0],
  read: function (object, instance, resource) {
    if (resource == 5700) {
      var value = E.getTemperature();
      // A chip without a thermometer says NaN: then there is no such value, until your sensor gives one here.
      return isNaN(value) ? undefined : value;
    }
    if (resource == 5701) return "Cel";
  }
};

var device = wixt.connect({
  endpoint: "espruino-" + getSerial().substr(0, 8),
  server: SERVER,
  lifetime: 300,
  objects: [self, temperature],
  onEvent: function (client, event) { print(event); }
});

// Whoever observes hears of it.
setInterval(function () { device.changed(3303, 0, 5700); }, 10000);
