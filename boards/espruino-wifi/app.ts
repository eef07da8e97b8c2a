/** The sample program on Espruino WiFi is the Pico's; the board has its own pins for the ESP8266. */
import '../pico/app';
