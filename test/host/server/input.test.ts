/** Whatever a request holds: the answer is 400 or 404 with one sentence that names what is wrong, never 500, and the device hears nothing. */
import fc from 'fast-check';
import test from 'ava';
import { startRest } from './support/rest';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
/** Names that every JavaScript object has. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf', '__defineGetter__'];
const deep = (open: string, close: string, n: number): string => open.repeat(n) + close.repeat(n);

const CASES: [string, string, number, RegExp, (string | Buffer)?, string?][] = [
  ...INHERITED.flatMap((name): [string, string, number, RegExp, (string | Buffer)?, string?][] => [
    ['PUT', `clients/d/3/0/9/attributes?${name}=1`, 400, new RegExp(`the attribute "${name}" is not known`)],
    ['PUT', `clients/d/3/0/9/attributes?${name}`, 400, new RegExp(`the attribute "${name}" is not known`)],
    ['GET', `clients/${name}`, 404, new RegExp(`'${name}'`)],
    ['GET', `clients/${name}/3/0/9`, 404, new RegExp(`'${name}'`)],
    ['GET', `objectspecs/${name}`, 404, new RegExp(`'${name}'`)],
    ['GET', `clients/d/${name}`, 400, /no operation|not an operation|path/],
    ['GET', `clients/d/3?format=${name}`, 400, /the format/],
    ['GET', `clients?sort=${name}`, 400, /sort=/],
    ['PUT', 'clients/d/3/0/14', 400, /lacks "value"/, `{"${name}":"x"}`, JSON_TYPE],
    ['PUT', 'clients/d/3/0/14', 400, /"value"/, `{"value":{"${name}":1}}`, JSON_TYPE],
    ['PUT', 'clients/d/3/0/13', 400, /"value"/, `{"value":{"${name}":1}}`, JSON_TYPE],
    ['PUT', 'clients/d/3/0/6', 400, /"id" is/, `{"values":{"${name}":1}}`, JSON_TYPE],
    ['PUT', 'clients/d/9999/0/1', 400, /"type"/, `{"value":1,"type":"${name}"}`, JSON_TYPE],
    ['PUT', 'clients/d/3/0', 400, /"resources"/, `{"${name}":[]}`, JSON_TYPE],
    ['PUT', 'clients/d/9999/0/1', 400, /"value"/, `{"value":{"objectId":{"${name}":1},"objectInstanceId":0},"type":"objlnk"}`, JSON_TYPE],
  ]),
  ['PUT', 'clients/d/3/0/14', 400, /nested deeper than 16 levels/, deep('[', ']', 200_000), JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /nested deeper than 16 levels/, `{"value":${deep('[', ']', 200_000)}}`, JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /nested deeper than 16 levels/, '{"id":'.repeat(200_000), JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /nested deeper than 16 levels/, `${'{"value":'.repeat(17)}1${'}'.repeat(17)}`, JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /"value" of resource 14 is/, `${'{"value":'.repeat(16)}1${'}'.repeat(16)}`, JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /"id" is/, '{"id":[[[[1]]]],"value":"x"}', JSON_TYPE],
  ...['null', '[]', '[1]', '1', '"x"', 'true'].map((body): [string, string, number, RegExp, string, string] => ['PUT', 'clients/d/3/0/14', 400, /must be a JSON object/, body, JSON_TYPE]),
  ['PUT', 'clients/d/3/0/14', 400, /no JSON/, '{"value":"x"', JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /no JSON/, '', JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /no JSON/, '{"value":"x"}}', FORM],
  ['PUT', 'clients/d/3/0/14', 400, /not UTF-8/, Buffer.from('7b2276616c7565223a22ff227d', 'hex'), JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /not UTF-8/, Buffer.from('ff', 'hex'), 'text/plain'],
  ['POST', 'clients/d/3/0/4', 400, /not UTF-8/, Buffer.from('303d27ff27', 'hex'), 'text/plain'],
  ['PUT', 'clients/d/3/0/14', 400, /the body is missing/],
  ['PUT', 'clients/d/3/0/14', 400, /content type text\/xml is not supported/, '<x/>', 'text/xml'],
  ['PUT', 'clients/d/3/0/14', 400, /content type image\/png is not supported/, 'x', 'image/png; a=b'],
  ['PUT', 'clients/d/3/0', 400, /writes one resource/, 'x', 'application/octet-stream'],
  ['PUT', 'clients/d/3/0', 400, /writes one resource/, 'x', 'text/plain'],
  ['PUT', 'clients/d/3/0', 400, /something else than an object at 1/, '{"resources":[{"id":14,"value":"x"},null]}', JSON_TYPE],
  ['PUT', 'clients/d/3/0', 400, /"id" is missing/, '{"resources":[{"value":"x"}]}', JSON_TYPE],
  ['PUT', 'clients/d/3/0/14', 400, /the body's id 15/, '{"id":15,"value":"x"}', JSON_TYPE],
  ['PUT', 'clients/d/3/0/9', 400, /a whole number/, '{"value":1e400}', JSON_TYPE],
  ['PUT', 'clients/d/3/0/13', 400, /a time/, '{"value":1e400}', JSON_TYPE],
  ['PUT', 'clients/d/3/0/13', 400, /a time/, `{"value":"${'1'.repeat(400)}"}`, JSON_TYPE],
  ['GET', 'clients/d/99999999999', 400, /path/],
  ['GET', 'clients/d/3/0/99999999999999999999999999', 400, /path/],
  ['GET', 'clients/d/65535', 400, /65534/],
  ['GET', 'clients/d/-1', 400, /path/],
  ['GET', 'clients/d/3//0', 400, /path/],
  ['GET', 'clients/d/3/0/9/0/1', 400, /path/],
  ['GET', 'clients/d/1e1', 400, /path/],
  ['GET', 'clients/d/%00', 400, /path/],
  ['GET', 'clients/%zz/3', 400, /%zz/],
  ['GET', 'clients/%ff/3', 400, /%ff/i],
  ['GET', 'clients/d/%zz', 400, /%zz/],
  ['GET', 'clients/d/%c0%af', 400, /%c0/i],
  ['GET', `clients/${'x'.repeat(10_000)}`, 404, /./],
  ['GET', `clients/d/${'9'.repeat(10_000)}`, 400, /path/],
  ['GET', 'clients//3/0', 404, /./],
  ['GET', 'clients/d/3/0/9?timeout=1&timeout=2', 400, /timeout= is given twice/],
  ['GET', 'clients/d/3/0/9?format=TLV&format=TEXT', 400, /format= is given twice/],
  ['PUT', 'clients/d/3/0/9/attributes?pmin=1&pmin=2', 400, /pmin= is given twice/],
  ['GET', 'clients?limit=1&limit=2', 400, /limit= is given twice/],
  ['GET', 'events?since=1&since=2', 400, /since= is given twice/],
  ['GET', 'coaplog?ep=1&ep=2', 400, /ep= is given twice/],
  ['GET', 'event?ep=1&ep=2', 400, /ep= is given twice/],
  ['GET', 'events?since=-1', 400, /since=-1/],
  ['GET', 'events?since=1e3', 400, /since=1e3/],
  ['GET', 'coaplog?count=x', 400, /count=x/],
  ...['0', '-1', '3601', '1e3', 'NaN', 'Infinity', '', '%20', '9'.repeat(400)].map((timeout): [string, string, number, RegExp] => [
    'GET', `clients/d/3/0/9?timeout=${timeout}`, 400, /is not a number of seconds/,
  ]),
  ...['pmin=1.5', 'pmin=-1', 'pmin=x', 'pmin=12345678901', 'gt=1e5', 'gt=.', 'gt=--1', `gt=${'1'.repeat(41)}`, 'edge=2x'].map((attribute): [string, string, number, RegExp] => [
    'PUT', `clients/d/3/0/9/attributes?${attribute}`, 400, /is not a (decimal|whole) number/,
  ]),
  ['GET', 'nothing', 404, /nothing/],
  ['PATCH', 'clients/d/3/0/9', 404, /PATCH/],
  ['POST', 'clients/d', 404, /POST/],
];

test('a bad request is 400 or 404 with one sentence that names what is wrong', async (t) => {
  const { device, ask, faults } = await startRest(t);
  await device.register('d', '</1/0>,</3/0>,</9999/0>');
  for (const [method, path, status, message, body, type] of CASES) {
    const name = `${method} ${path.slice(0, 80)} ${String(body ?? '').slice(0, 80)}`;
    const answer = await ask(method, `/api/${path}`, body, type);
    t.is(answer.status, status, name);
    t.regex(answer.json?.message ?? '', message, name);
    t.false(answer.json.message.includes('\n'), name);
    t.true(answer.json.message.length < 600, name);
  }
  t.deepEqual(device.asked, []);
  t.deepEqual(faults, []);
});

test('a request is refused when its body is too large (413)', async (t) => {
  const { device, ask } = await startRest(t);
  await device.register('d');
  t.is((await ask('PUT', '/api/clients/d/5/0/0', 'x'.repeat((4 << 20) + 1), 'text/plain')).status, 413);
});

test('names that are hard to write are managed all the same', async (t) => {
  const { server, device, ask } = await startRest(t);
  device.replies.set('GET /3/0/9', { code: '2.05', payload: '64', options: { 'Content-Format': 'text/plain' } });
  for (const name of [...INHERITED, 'a/b', 'a%2fb', '%', '...', 'a b', '"', '<script>', '\u{1f600}', 'x'.repeat(250), '0', 'null', 'a?b#c', 'observations', '..a', '\\'])  {
    await device.register(name);
    t.is(server.registry.byEndpoint(name)?.endpoint, name);
    const url = `/api/clients/${encodeURIComponent(name)}`;
    t.is((await ask('GET', url)).json.endpoint, name);
    t.is((await ask('GET', `${url}/3/0/9`)).json.content.value, '64');
    t.is((await ask('GET', `/api/clients?endpoint=${encodeURIComponent(name)}`)).json[0].endpoint, name);
    t.is((await ask('GET', `/api/objectspecs/${encodeURIComponent(name)}`)).json.length, 3);
  }
});

test('links and attributes with names that every object has are shown as they were announced', async (t) => {
  const { device, ask } = await startRest(t);
  await device.register('d', '</3/0>;__proto__=1;constructor;hasOwnProperty="x",</4/0>', 'lt=60&__proto__=2&toString=3');
  const { text, json } = await ask('GET', '/api/clients/d');
  t.true(text.includes('{"url":"/3/0","attributes":{"__proto__":"1","constructor":null,"hasOwnProperty":"\\"x\\""}}'), text);
  t.true(text.includes('"additionalRegistrationAttributes":{"__proto__":"2","toString":"3"}'), text);
  t.deepEqual(json.availableInstances, { 3: [0], 4: [0] });
});

test('no body and no path makes the server fail', async (t) => {
  const { device, ask, faults } = await startRest(t);
  await device.register('d', '</1/0>,</3/0>,</9999/0>');
  for (const path of ['PUT /3/0', 'POST /3/0', 'PUT /3/0/14', 'PUT /3/0/6', 'POST /3', 'PUT /9999/0/1', 'PUT /1/0/0', 'POST /3/0/4']) device.replies.set(path, { code: '2.04' });
  const key = fc.constantFrom('id', 'kind', 'value', 'values', 'resources', 'type', 'objectId', 'objectInstanceId', '0', '14', '__proto__', 'toString', 'x');
  const leaf = fc.oneof(fc.constantFrom<unknown>(null, 0, 14, -1, 1e300, '', 'x', '14', true, 'float', 'time', 'objlnk', 'multiResource', 'singleResource', 'instance'), fc.double(), fc.string());
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof({ maxDepth: 4 }, leaf, fc.dictionary(key, tie('body'), { maxKeys: 5, noNullPrototype: false }), fc.array(tie('body'), { maxLength: 3 })),
  }));
  const path = fc.constantFrom('3/0', '3/0/14', '3/0/13', '3/0/6', '3', '9999/0/1', '3/0/6/1', '3/0/4');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('PUT', 'POST'), path, body, async (method, to, json) => {
      const { status } = await ask(method, `/api/clients/d/${to}?timeout=0.2`, JSON.stringify(json) ?? '', JSON_TYPE);
      return [200, 400, 504].includes(status) && faults.length === 0;
    }),
    { numRuns: 300 },
  );
  t.deepEqual(faults, []);
});
