import { expect, test } from 'vitest';
import { handshakeFault, offeredProtocols, requestFault } from '../../../src/supervisor/listener/handshake.js';
import type { HandshakeRequest } from '../../../src/transport/transport.js';
import { FakeUpgrade } from '../../support/fake-transport.js';

/** A valid request, with the header fields of the case. */
function requestWith(headers: HandshakeRequest['headers'], method = 'GET'): HandshakeRequest {
  const wanted = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return { method, url: '/', headers: { ...wanted, ...headers }, remoteAddress: undefined, isSecure: false };
}

test.each([
  {},
  { upgrade: 'WebSocket' },
  { upgrade: 'h2c, websocket' },
  { connection: 'keep-alive, Upgrade' },
  { connection: 'keep-alive,upgrade' },
  { 'sec-websocket-protocol': 'chat' },
  { 'sec-websocket-protocol': 'chat, superchat ,v1.x' },
  { 'sec-websocket-protocol': 'chat, Chat' },
])('finds no fault with an opening handshake: %j', (headers) => {
  expect(handshakeFault(requestWith(headers))).toBeUndefined();
});

const upgrade = { connection: 'Upgrade', upgrade: 'websocket' };
const version = { ...upgrade, 'sec-websocket-version': '13' };

test.each([
  // header fields                                                status  header fields of the answer
  [{ upgrade: undefined }, 426, upgrade],
  [{ upgrade: 'h2c' }, 426, upgrade],
  [{ upgrade: 'websockets' }, 426, upgrade],
  [{ connection: undefined }, 426, upgrade],
  [{ connection: 'keep-alive' }, 426, upgrade],
  [{ 'sec-websocket-version': undefined }, 426, version],
  [{ 'sec-websocket-version': '8' }, 426, version],
  [{ 'sec-websocket-version': '13, 8' }, 426, version],
  [{ 'sec-websocket-key': undefined }, 400, undefined],
  [{ 'sec-websocket-key': '' }, 400, undefined],
  [{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ' }, 400, undefined],
  [{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25j' }, 400, undefined],
  [{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==' }, 400, undefined],
  [{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25j!Q==' }, 400, undefined],
  [{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25j_Q==' }, 400, undefined],
  [{ 'sec-websocket-protocol': '' }, 400, undefined],
  [{ 'sec-websocket-protocol': 'chat,' }, 400, undefined],
  [{ 'sec-websocket-protocol': 'a b' }, 400, undefined],
  [{ 'sec-websocket-protocol': 'chat, chat' }, 400, undefined],
  [{ 'sec-websocket-protocol': ['chat', 'chat'] }, 400, undefined],
])('answers a request with %j by %d', (headers, status, fields) => {
  const answer = handshakeFault(requestWith(headers));
  expect(answer).toMatchObject({ status });
  expect(answer?.headers).toEqual(fields);
  expect(answer?.body).toMatch(/^[A-Z][^.]+\.$/);
});

test.each(['POST', 'HEAD', 'get', 'CONNECT'])('answers the method %s by 405, whatever else is wrong', (method) => {
  expect(handshakeFault(requestWith({ upgrade: undefined }, method))).toMatchObject({
    status: 405,
    headers: { allow: 'GET' },
  });
});

test.each([
  // Sec-WebSocket-Protocol          offered
  [undefined, []],
  ['chat', ['chat']],
  [' v2.chat ,v1.chat', ['v2.chat', 'v1.chat']],
  [
    ['v2.chat', 'v1.chat'],
    ['v2.chat', 'v1.chat'],
  ],
])('reads the subprotocols offered in %j', (field, offered) => {
  expect(offeredProtocols(requestWith({ 'sec-websocket-protocol': field }))).toEqual(offered);
});

test.each<[string, Partial<HandshakeRequest>]>([
  ['a path', {}],
  ['an absolute target', { url: 'http://example.com/rooms/tea' }],
  ['HTTP/1.1', { httpVersion: '1.1' }],
  ['HTTP/2.0', { httpVersion: '2.0' }],
  ['a host with a port', { headers: { host: '127.0.0.1:8080' } }],
  ['the announcement of no body', { headers: { 'content-length': '0' } }],
])('finds no fault with a request that has %s', (_what, parts) => {
  expect(requestFault(new FakeUpgrade(parts).request)).toBeUndefined();
});

test.each<[string, Partial<HandshakeRequest>]>([
  ['no resource', { url: '*' }],
  ['host and port as its target', { url: 'example.com:80' }],
  ['a fragment', { url: '/rooms#tea' }],
  ['HTTP/1.0', { httpVersion: '1.0' }],
  ['HTTP/0.9', { httpVersion: '0.9' }],
  ['no Host', { headers: { host: undefined } }],
  ['an empty Host', { headers: { host: '' } }],
  ['two Hosts', { headers: { host: ['a.example', 'b.example'] } }],
  ['twice the same Host', { headers: { host: ['a.example', 'a.example'] } }],
  ['a Host that is none', { headers: { host: 'http://a.example/' } }],
  ['a body of a length', { headers: { 'content-length': '5' } }],
  ['a body of an unclear length', { headers: { 'content-length': ['0', '5'] } }],
  ['a body in chunks', { headers: { 'transfer-encoding': 'chunked' } }],
  ['a body of an empty encoding', { headers: { 'transfer-encoding': '' } }],
])('answers a request with %s by 400', (_what, parts) => {
  const answer = requestFault(new FakeUpgrade(parts).request);
  expect(answer).toMatchObject({ status: 400 });
  expect(answer?.body).toMatch(/^[A-Z].+\.$/);
});
