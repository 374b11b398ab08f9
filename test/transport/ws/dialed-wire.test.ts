import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import type { WireFact } from '../../../src/transport/wire-fact.js';
import { DialedWire } from '../../../src/transport/ws/dialed-wire.js';
import { answerBytes, ByteServer } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';
import { frameBytes, OP } from '../../support/frame-bytes.js';
import { settled } from '../../support/settled.js';
import { OPTIONS } from '../../support/wire-scene.js';

const WALL_NOW = Date.UTC(2026, 0, 1);

function dial(url: string) {
  const wire = new DialedWire(
    { url, headers: {}, protocols: [], tls: {}, options: OPTIONS },
    () => 42,
    () => WALL_NOW,
  );
  const facts: WireFact[] = [];
  const texts: string[] = [];
  wire.facts$.subscribe((fact) => facts.push(fact));
  wire.frames$.subscribe(({ data }) => texts.push(data.toString()));
  const ended = async () => {
    await eventually(() => facts.at(-1)?.type === 'wire.closed', 'the end');
    const last = facts.at(-1);
    return last?.type === 'wire.closed' ? last.end : undefined;
  };
  return { wire, facts, texts, ended };
}

test('opens with the answer, and delivers what came behind it in the same segment', async () => {
  await using server = await ByteServer.listen();
  const { wire, facts, texts, ended } = dial(server.url);
  expect(wire).toMatchObject({ role: 'dialed', heardAt: 0, remoteAddress: undefined });
  await server.nextPeer({
    behind: Buffer.concat([
      frameBytes({ opcode: OP.text, payload: 'one' }),
      frameBytes({ opcode: OP.text, payload: 'two' }),
    ]),
  });
  await eventually(() => texts.length === 2);
  expect(texts).toEqual(['one', 'two']);
  expect(facts).toEqual([{ type: 'wire.opened', protocol: '', remoteAddress: '127.0.0.1' }]);
  expect(wire.heardAt).toBe(42);
  wire.terminate();
  await ended();
});

test.each([
  ['in seconds', '7', 7_000],
  ['as a date', 'Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
])('a refusal reports its status and Retry-After %s', async (_name, retryAfter, retryAfterMs) => {
  await using server = await ByteServer.listen();
  const { ended } = dial(server.url);
  const peer = await server.nextClient();
  peer.socket.end(`HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${retryAfter}\r\nContent-Length: 0\r\n\r\n`);
  expect(await ended()).toEqual({
    kind: 'refused',
    httpStatus: 503,
    retryAfterMs,
    cause: expect.objectContaining({
      message: 'the server answered the opening handshake with 503 Service Unavailable',
    }),
    unconfirmed: { frames: 0, bytes: 0 },
  });
});

test('a refusal with a body that never ends holds nothing', async () => {
  await using server = await ByteServer.listen();
  const { ended } = dial(server.url);
  const peer = await server.nextClient();
  peer.socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\nbecause');
  expect(await ended()).toMatchObject({ kind: 'refused', httpStatus: 403 });
  await peer.ended();
});

describe.each(['close', 'terminate'] as const)('%s before the opening', (how) => {
  test('calls the handshake off, and is reported later, once, and never as an error event', async () => {
    await using server = await ByteServer.listen();
    const { wire, facts, ended } = dial(server.url);
    const peer = await server.nextClient();
    wire[how](1000, '');
    expect(facts).toEqual([]);
    expect(await ended()).toMatchObject({ kind: 'dial-failed', unconfirmed: { frames: 0, bytes: 0 } });
    await peer.ended();
    wire[how](1000, '');
    await settled();
    expect(facts).toHaveLength(1);
  });
});

test('a server that drips its answer is called off like any other', async () => {
  await using server = await ByteServer.listen();
  const { wire, ended } = dial(server.url);
  const peer = await server.nextClient();
  const answer = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (const byte of answer) {
    peer.socket.write(byte);
    await settled();
  }
  wire.terminate();
  expect(await ended()).toMatchObject({ kind: 'dial-failed' });
});

/** A right answer, changed. */
const changed = (from: RegExp, to: string) => (request: string) =>
  answerBytes(request).toString('latin1').replace(from, to);
const answering = (text: string) => () => text;
const adding = (headers: Readonly<Record<string, string>>) => (request: string) =>
  answerBytes(request, { headers }).toString('latin1');
const INTERIM = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n';

test.each<[string, (request: string) => string]>([
  ['a 101 without Upgrade', changed(/Upgrade: websocket\r\n/, '')],
  ['a 101 without Connection', changed(/Connection: Upgrade\r\n/, '')],
  ['a 101 with neither', changed(/Upgrade: websocket\r\nConnection: Upgrade\r\n/, '')],
  ['a 101 with Connection: close', changed(/Connection: Upgrade/, 'Connection: close')],
  ['a 101 that upgrades to another protocol', changed(/Upgrade: websocket/, 'Upgrade: h2c')],
  ['a 101 of HTTP/1.0', changed(/HTTP\/1.1/, 'HTTP/1.0')],
  ['a 101 without Sec-WebSocket-Accept', changed(/Sec-WebSocket-Accept: .*\r\n/, '')],
  [
    "a 101 with another key's Sec-WebSocket-Accept",
    changed(/Sec-WebSocket-Accept: .*/, 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='),
  ],
  ['a 101 with two Sec-WebSocket-Accepts', adding({ 'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' })],
  ['a 101 with a subprotocol that was not offered', adding({ 'Sec-WebSocket-Protocol': 'chat' })],
  ['a 101 with an extension that was not offered', adding({ 'Sec-WebSocket-Extensions': 'permessage-deflate' })],
  ['a 101 with an extension nobody knows', adding({ 'Sec-WebSocket-Extensions': 'x-own' })],
  ['a bare 101', answering('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
  ['a 101 of none behind an interim answer', (request) => INTERIM + changed(/Upgrade: websocket\r\n/, '')(request)],
  ['interim answers and then the end', answering(INTERIM.repeat(3))],
  ['a status below every final one', answering('HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n')],
  ['no HTTP', answering('SSH-2.0-OpenSSH_9.2p1\r\n')],
  ['HTTP of a version that is none', answering('HTTP/9.9 101 Switching Protocols\r\n\r\n')],
  ['zeros', answering('\0'.repeat(1_000))],
  ['a frame', answering('\x81\x02hi')],
  ['a head that is too long', answering(`HTTP/1.1 101 Switching Protocols\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)],
  ['half an answer', answering('HTTP/1.1 101 Switching')],
  ['nothing', answering('')],
])(
  '%s is no refusal but a failed dial, reported once, with its cause, and the socket is ended',
  async (_what, answer) => {
    await using server = await ByteServer.listen();
    const { facts, ended } = dial(server.url);
    const peer = await server.nextClient();
    peer.socket.end(Buffer.from(answer(peer.head), 'latin1'));
    const end = await ended();
    expect(end).toEqual({ kind: 'dial-failed', cause: expect.any(Error), unconfirmed: { frames: 0, bytes: 0 } });
    expect(end?.cause?.message).not.toBe('');
    expect(end?.cause).not.toHaveProperty('rawPacket');
    await peer.ended();
    await settled();
    expect(facts).toHaveLength(1);
  },
);

test('interim answers before a 101 are passed over', async () => {
  await using server = await ByteServer.listen();
  const { wire, facts, ended } = dial(server.url);
  const peer = await server.nextClient();
  peer.socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${INTERIM}`), answerBytes(peer.head)]));
  await eventually(() => facts.length === 1);
  expect(facts[0]).toMatchObject({ type: 'wire.opened' });
  wire.terminate();
  await ended();
});

test("a proxy's page is a refusal with its status", async () => {
  await using server = await ByteServer.listen();
  const { ended } = dial(server.url);
  const peer = await server.nextClient();
  peer.socket.end(
    'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<h1>Bad Gateway</h1>',
  );
  expect(await ended()).toMatchObject({ kind: 'refused', httpStatus: 502 });
});

test('TLS to a server without TLS reports its code', async () => {
  const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { ended } = dial(`wss://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const end = await ended();
  server.close();
  expect(end).toMatchObject({ kind: 'dial-failed', cause: { code: expect.stringMatching(/^(?:EPROTO|ERR_SSL_)/) } });
});

test('an attempt that cannot connect reports the errno', async () => {
  const server = await ByteServer.listen();
  await server[Symbol.asyncDispose]();
  expect(await dial(server.url).ended()).toMatchObject({
    kind: 'dial-failed',
    cause: { code: 'ECONNREFUSED', syscall: 'connect', errno: expect.any(Number) },
  });
});

test('a host of which no address can be reached reports the reason for each, with an errno', async () => {
  const server = await ByteServer.listen();
  await server[Symbol.asyncDispose]();
  using lookup = vi.spyOn(dns, 'lookup').mockImplementation(((
    _host: string,
    _options: object,
    done: (error: null, found: dns.LookupAddress[]) => void,
  ) => {
    done(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]);
  }) as never);
  const end = await dial(`ws://two-addresses.test:${server.port}/`).ended();
  expect(lookup).toHaveBeenCalledOnce();
  expect(end).toMatchObject({
    kind: 'dial-failed',
    cause: { code: 'ECONNREFUSED', syscall: 'connect', errno: expect.any(Number) },
  });
  expect(end?.cause?.message).toMatch(/127\.0\.0\.1.*127\.0\.0\.2/);
});

test('a look-up that never answers is called off', async () => {
  using lookup = vi.spyOn(dns, 'lookup').mockImplementation(() => {});
  const { wire, facts, ended } = dial('ws://black-hole.test/');
  await settled();
  expect(lookup).toHaveBeenCalledOnce();
  expect(facts).toEqual([]);
  wire.terminate();
  expect(await ended()).toMatchObject({ kind: 'dial-failed' });
});
