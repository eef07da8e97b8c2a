/** What a step does to the device or to the network, written for people: "set /3/0/9 to 46; answer nothing". */
import { codeText, valuesOf, type RefMessage } from '../../test/reference/coap';
import { parse, pathOptions, toHex, type Sent } from '../../test/support/bench';
import { Skip, ok } from './check';
import { parseValue } from './device';
import { collect, pass, settle, type Session } from './session';
import { idsOf } from './values';

const PATH = String.raw`((?:\/\d+){1,4})`;

/** A sentence, and what it does. */
const ACTIONS: [RegExp, (s: Session, found: RegExpExecArray) => void][] = [
  [new RegExp(`^(?:set|change)(?: the value of)? ${PATH} to (.+)$`, 'i'), (s, [, path, value]) => setValue(s, path!, value!)],
  [/^(?:set|change) the value to (.+)$/i, (s, [, value]) => setValue(s, pathOf(s), value!)],
  [new RegExp(`^change (?:the value(?: of)? )?${PATH}$`, 'i'), (s, [, path]) => collect(s, s.device.set(path!, s.device.another(path!)))],
  [/^change the value$/i, (s) => collect(s, s.device.set(pathOf(s), s.device.another(pathOf(s))))],
  [/^(?:answer nothing|do not (?:answer|acknowledge)|no acknowledgement|stay silent)$/i, (s) => void (s.acknowledging = false)],
  [/^(?:answer|acknowledge) again$/i, (s) => ((s.acknowledging = true), settle(s))],
  [/^after the last retransmission(?: \((\d+) s\))?$/i, (s, [, seconds]) => pass(s, Number(seconds ?? 93) * 1000)],
  [/^(?:wait|after|advance|let)\s+([\d.]+) ?s(?:econds)?(?: pass)?$/i, (s, [, seconds]) => pass(s, Number(seconds) * 1000)],
  [new RegExp(`^observe ${PATH}$`, 'i'), (s, [, path]) => observe(s, path!)],
  [/^(?:make the device )?register anew(?: \(not update\))?$/i, (s) => registerAnew(s)],
  [/^(?:make the device )?(?:send (?:an )?)?update$/i, (s) => update(s)],
  [/^(?:answer|reply to) the notification (?:with|by) (?:an? )?(?:RST|Reset)$/i, (s) => reset(s)],
  [new RegExp(`^delete (?:the instance )?${PATH}$`, 'i'), (s, [, path]) => ok(s.device.dialogue.delete(path!).text === '2.02', `DELETE ${path}`)],
  [new RegExp(`^create (?:the instance )?${PATH}$`, 'i'), (s, [, path]) => createInstance(s, path!)],
  [/^restart (?:the device)?|^start(?: the device)?$/i, (s) => (s.device.bench.start(), collect(s, s.device.bench.poll()))],
];

/** Does what `text` says, part by part. Throws a Skip for what is not understood. */
export function act(s: Session, text: string): void {
  const parts = text.split(/\s*;\s*|,?\s+then\s+|,\s+(?=make |set |answer |wait )/i).map((part) => part.trim().replace(/\.$/, '')).filter(Boolean);
  // Whether there will be answers matters to what happens before.
  if (parts.some((part) => /^(answer nothing|stay silent|do not )/i.test(part))) s.acknowledging = false;
  for (const part of parts) {
    const action = ACTIONS.find(([pattern]) => pattern.test(part));
    if (!action) throw new Skip(`the action "${part}" is not understood`);
    action[1](s, action[0].exec(part)!);
  }
}

function pathOf(s: Session): string {
  if (!s.path) throw new Skip('the action means the value of a path that is not named');
  return s.path;
}

function setValue(s: Session, path: string, text: string): void {
  const value = parseValue(text, s.device.typeAt(path));
  if (value === undefined || idsOf(path).length < 3) throw new Skip(`"${text}" is not understood as a value of ${path}`);
  collect(s, s.device.set(path, value));
}

function observe(s: Session, path: string): void {
  const answer = s.device.dialogue.get(path, { observe: 0, token: [0xee, 1] });
  ok(codeText(answer.code) === '2.05' && valuesOf(answer, 6).length === 1, `Observe of ${path} was answered ${answer.text}`);
}

const isRequest = (sent: Sent, path: string): boolean => {
  const m = parse(sent.bytes);
  return m.code === 2 && '/' + valuesOf(m, 11).map((value) => Buffer.from(value).toString()).join('/') === path;
};

/** Takes the next request of the device to `path`, which has to come. */
function take(s: Session, path: string): RefMessage {
  for (const end = s.device.bench.now + 130_000; s.device.bench.now < end && !s.pending.some((sent) => isRequest(sent, path)); ) collect(s, s.device.bench.wait(end - s.device.bench.now));
  const found = s.pending.find((sent) => isRequest(sent, path));
  ok(found, `the device sent no request to ${path}`);
  s.pending = s.pending.filter((sent) => sent !== found);
  return parse(found.bytes);
}

function answer(s: Session, request: RefMessage, code: number, options: RefMessage['options'] = []): void {
  collect(s, s.device.bench.say({ type: 2, code, mid: request.mid, token: request.token, options }));
}

function update(s: Session): void {
  s.device.update();
  answer(s, take(s, '/rd/1'), 0x44);
}

/** The server has forgotten the device: its Update is answered 4.04. */
function registerAnew(s: Session): void {
  s.device.update();
  answer(s, take(s, '/rd/1'), 0x84);
  answer(s, take(s, '/rd'), 0x41, pathOptions('/rd/1', 8));
}

function reset(s: Session): void {
  const found = s.pending.find(({ bytes }) => parse(bytes).code >= 64);
  ok(found, 'there is no notification');
  s.pending = s.pending.filter((sent) => sent !== found);
  collect(s, s.device.bench.say({ type: 3, mid: parse(found.bytes).mid }));
}

function createInstance(s: Session, path: string): void {
  const [object, instance] = idsOf(path) as [number, number];
  const wide = instance > 255;
  const payload = wide ? [0x20, instance >> 8, instance & 255] : [0, instance];
  ok(s.device.dialogue.post(`/${object}`, { format: 11542, payload }).text === '2.01', `Create of ${path} (${toHex(payload)})`);
}
