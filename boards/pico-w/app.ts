/** The sample program on a Pico W: first the network, as `storage` names it. The client waits for it. */
import { WiFi } from 'wifi';
import '../app';

new WiFi().connect(function (error) {
  console.log(error ? 'no Wi-Fi: set WIFI_SSID and WIFI_PASSWORD in the storage' : 'Wi-Fi connected');
});
