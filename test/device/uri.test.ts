/** URIs of servers: RFC 7252 6.1 and 6.2, RFC 3986 3.2, RFC 6874; each test named by the sentence that it holds. */
import test from 'ava';
import { loadCore } from '../support/core';

const { core } = await loadCore();

const read = (uri: string) => {
  const found = core.decodeServerUri(uri);
  return found && `${found.host} ${found.port}`;
};

const HOSTS: Record<string, string> = {
  'coap://192.0.2.1': '192.0.2.1 5683',
  'coaps://192.0.2.1': '192.0.2.1 5684',
  'COAP://Leshan.Example:5783/': 'leshan.example 5783',
  'coap://leshan.example.': 'leshan.example. 5683',
  'coap://h:': 'h 5683',
  'coap://h:05683': 'h 5683',
  'coap://h:1': 'h 1',
  'coap://h:65535': 'h 65535',
  'coap://h/a:b@c': 'h 5683',
  'coap://h?a@b': 'h 5683',
  'coap://h#f': 'h 5683',
  'coap://h:1/[x]': 'h 1',
  'coap://[2001:DB8::1]:61616': '2001:db8::1 61616',
  'coap://[::1]': '::1 5683',
  'coap://[::FFFF:192.0.2.1]': '::ffff:192.0.2.1 5683',
};

test('host is case-insensitive, path, query and fragment mean nothing, the port is 5683 or 5684 where none is given', (t) => {
  for (const [uri, expected] of Object.entries(HOSTS)) t.is(read(uri), expected, uri);
});

test('the zone of an IPv6 literal is behind %25, or as people write it behind a plain %; a name keeps its case (RFC 6874 2, RFC 4007 11.2)', (t) => {
  for (const [uri, expected] of Object.entries({
    'coap://[fe80::1%25eth0]': 'fe80::1%eth0 5683',
    'coap://[FE80::1%25wlpS1]:5783': 'fe80::1%wlpS1 5783',
    'coap://[fe80::1%eth0]': 'fe80::1%eth0 5683',
    'coap://[fe80::1%252]': 'fe80::1%2 5683',
    'coap://[fe80::1%2]': 'fe80::1%2 5683',
    'coap://[fe80::1%25]': 'fe80::1%25 5683',
    'coap://[fe80::1%2525]/': 'fe80::1%25 5683',
  }))
    t.is(read(uri), expected, uri);
});

test('an invalid server URI is refused', (t) => {
  for (const uri of [
    '', 'coap', 'coap:', 'coap:/', 'coap://', 'coap:///', 'coap://?', 'http://h', 'coap+tcp://h', '://h', 'h', '192.0.2.1:5683', 'coap:h',
    'coap://h:0', 'coap://h:65536', 'coap://h:99999999999999999999', 'coap://h:-1', 'coap://h:+1', 'coap://h:1.5', 'coap://h:1e3', 'coap://h:0x16', 'coap://h: 1', 'coap://h:x', 'coap://h:1:2', 'coap://:5683',
    'coap://user@h', 'coap://user:password@h', 'coap://@h',
    'coap://fe80::1', 'coap://::1', 'coap://2001:db8::1:5683', 'coap://[fe80::1', 'coap://fe80::1]', 'coap://[]', 'coap://[]:5683', 'coap://[h]', 'coap://[192.0.2.1]', 'coap://[::1]x', 'coap://[::1]x:5', 'coap://[::1]5683', 'coap://[fe80::1%]', 'coap://[::1]:0',
  ])
    t.is(read(uri), undefined, uri);
});
