/** The sample program on Espruino WiFi: first the network; the client waits for it. The module EspruinoWiFi comes with the upload. */
import '../app';

const SSID = 'name of the network';
const PASSWORD = 'its password';

require('EspruinoWiFi').connect(SSID, { password: PASSWORD }, function (error?: string) {
  console.log(error || 'Wi-Fi connected');
});
