/** The sample program on a Pico W: joins the network named in `storage`, then starts the client. */
import { WiFi } from 'wifi';
import '../app';

new WiFi().connect(function (error) {
  console.log(error ? 'no Wi-Fi: set WIFI_SSID and WIFI_PASSWORD in the storage' : 'Wi-Fi connected');
});
