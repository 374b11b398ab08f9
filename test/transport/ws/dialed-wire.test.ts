import { describe, expect, test } from 'vitest';
import type { WireFact } from '../../../src/transport/wire-fact.js';
import { DialedWire } from '../../../src/transport/ws/dialed-wire.js';
import { ByteServer } from '../../support/byte-peer.js';
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

test('opens with the answer, and what came behind it in the same segment is told', async () => {
  await using server = await ByteServer.listen();
  const { wire, facts, texts, ended } = dial(server.url);
  expect(wire).toMatchObject({ role: 'dialed', heardAt: 0, remoteAddress: undefined });
  await server.nextPeer({ behind: Buffer.concat([frameBytes({ opcode: OP.text, payload: 'one' }), frameBytes({ opcode: OP.text, payload: 'two' })]) });
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
])('a refusal tells its status and Retry-After %s', async (_name, retryAfter, retryAfterMs) => {
  await using server = await ByteServer.listen();
  const { ended } = dial(server.url);
  const peer = await server.nextClient();
  peer.socket.end(`HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${retryAfter}\r\nContent-Length: 0\r\n\r\n`);
  expect(await ended()).toEqual({
    kind: 'refused',
    httpStatus: 503,
    retryAfterMs,
    cause: expect.objectContaining({ message: 'the server answered the opening handshake with 503 Service Unavailable' }),
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
  test('calls the handshake off, is told later, once, and never as an error event', async () => {
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

test('an attempt that cannot connect tells the errno', async () => {
  const server = await ByteServer.listen();
  await server[Symbol.asyncDispose]();
  expect(await dial(server.url).ended()).toMatchObject({ kind: 'dial-failed', cause: { code: 'ECONNREFUSED', syscall: 'connect', errno: expect.any(Number) } });
});
