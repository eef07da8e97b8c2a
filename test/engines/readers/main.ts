/** What receivers and modems said, read on any engine: one line in (n or a, and bytes in hexadecimal digits), what was understood out. */
import { createAtEvents, takeEventLine } from '../../../boards/adapters/at-events';
import { addPiece, createLines, nextLine } from '../../../boards/adapters/at-lines';
import { createAtNetwork, takeNetworkLine } from '../../../boards/adapters/at-network';
import { createAtPlace, takePlaceLine } from '../../../boards/adapters/at-place';
import { createNmea, readPosition, takeBytes } from '../../../boards/sensors/nmea';
import type { Position } from '../../../src/device/hal/place';

/** Engines print numbers in their own ways: millionths, as an integer. */
function show(value: unknown): string {
  return typeof value === 'number' ? '' + Math.floor(value * 1000000 + 0.5) : '' + value;
}

function showAll(record: object): string {
  const all = record as { [name: string]: unknown };
  let text = '';
  for (const name in all) if (typeof all[name] !== 'object') text = text + show(all[name]) + ' ';
  return text;
}

function bytesOf(line: string, at: number, end: number): string {
  let text = '';
  for (let i = at; i < end; i += 2) text = text + String.fromCharCode(parseInt(line.slice(i, i + 2), 16));
  return text;
}

function playNmea(line: string): string {
  const n = createNmea();
  const into: Position = { latitude: undefined, longitude: undefined, altitude: undefined, radius: undefined, speed: undefined, course: undefined, time: undefined };
  for (let at = 1; at < line.length; at += 64) takeBytes(n, bytesOf(line, at, Math.min(at + 64, line.length)));
  readPosition(n, into);
  return showAll(n) + '| ' + showAll(into);
}

function playAt(line: string): string {
  const lines = createLines();
  const network = createAtNetwork();
  const place = createAtPlace();
  const events = createAtEvents();
  for (let at = 1; at < line.length; at += 64) {
    addPiece(lines, bytesOf(line, at, Math.min(at + 64, line.length)));
    for (;;) {
      const found = nextLine(lines);
      if (found === undefined) break;
      takeNetworkLine(network, found);
      takePlaceLine(place, found);
      takeEventLine(events, found);
    }
  }
  return showAll(network) + '| ' + showAll(place) + '| ' + showAll(events);
}

export function play(line: string): string {
  return line.charAt(0) === 'n' ? playNmea(line) : playAt(line);
}
