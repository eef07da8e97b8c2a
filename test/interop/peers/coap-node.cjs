// coap-node from npm as a LwM2M client: node coap-node.cjs FOLDER PORT ENDPOINT, where FOLDER has it installed. Prints JSON lines.
const { createRequire } = require('node:module');
const { networkInterfaces } = require('node:os');

const [folder, port, endpoint] = process.argv.slice(2);
const load = createRequire(`${folder}/index.js`);
// It asks the operating system's tools for the network's address, which a container may lack.
load('network').get_active_interface = (done) => done(null, { ip_address: '127.0.0.1', gateway_ip: '127.0.0.1', mac_address: networkInterfaces().lo?.[0]?.mac ?? '00:00:00:00:00:00' });
const CoapNode = load('coap-node');
const SmartObject = load('smartobject');

const objects = new SmartObject();
objects.init('temperature', 0, { sensorValue: 21.5, units: 'Cel', 5603: -20, 5604: 60, 5605: { exec: (...args) => (tell('executed', {}), args.at(-1)(null, undefined)) } });
objects.init('lightCtrl', 0, { onOff: false, dimmer: { read: (done) => done(null, 50), write: (value, done) => (tell('written', { value }), done(null, value)) } });

const tell = (event, more) => console.log(JSON.stringify({ event, ...more }));
const node = new CoapNode(endpoint, objects, { lifetime: 300, version: '1.0' });
node.on('registered', () => tell('registered'));
node.on('error', (error) => tell('error', { message: error.message }));
node.register('127.0.0.1', Number(port), (error, response) => tell('answer', { error: error?.message, ...response }));
process.stdin.on('data', (data) => {
  const [command, value] = String(data).trim().split(' ');
  if (command === 'set') objects.write('temperature', 0, 'sensorValue', Number(value), () => {});
  else if (command === 'stop') node.deregister((error, response) => (tell('left', { error: error?.message, ...response }), setTimeout(() => process.exit(0), 100)));
});
