import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { handleOf, tlsHandleOf } from '../../../../src/transport/ws/socket/handle.js';
import { eventually } from '../../../support/eventually.js';
import { socketPair } from '../../../support/socket-pair.js';
import { tlsPair } from '../../../support/tls-pair.js';

test('an open socket has one, with what this Node is known to have beneath it', async () => {
  await using pair = await socketPair();
  for (const socket of [pair.accepted, pair.client]) {
    const handle = handleOf(socket);
    expect(handle?.writeQueueSize).toBe(0);
    expect([typeof handle?.useUserBuffer, typeof handle?.writeBuffer, typeof handle?.writev]).toEqual([
      'function',
      'function',
      'function',
    ]);
  }
});

test('so has one of a subclass', () => {
  class Special extends Socket {}
  const beneath = {};
  expect(handleOf(Object.assign(new Special(), { _handle: beneath }))).toBe(beneath);
});

test('a socket that is not open, TLS, and other streams have none', async () => {
  await using pair = await socketPair();
  const tls = new TLSSocket(pair.accepted);
  const gone = new Socket();
  gone.destroy();
  expect([new Socket(), gone, tls, new PassThrough()].map(handleOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('an open TLS socket of Node has one of its own; others have none of that kind', async () => {
  await using pair = await tlsPair();
  for (const socket of [pair.accepted, pair.client]) expect(typeof tlsHandleOf(socket)?.useUserBuffer).toBe('function');
  await using plain = await socketPair();
  const odd = Object.assign(new Socket(), { encrypted: true, _handle: {} });
  expect([plain.accepted, new Socket(), new PassThrough(), odd].map(tlsHandleOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([1, 100, 16_384, 16_385, 65_536])(
  'what TLS is given may be overwritten as soon as the call returns: %i bytes',
  async (size) => {
    await using pair = await tlsPair();
    let came = Buffer.alloc(0);
    pair.accepted.on('data', (chunk: Buffer) => {
      came = Buffer.concat([came, chunk]);
    });
    const parts = [Buffer.alloc(size, 'a'), Buffer.alloc(7, 'b')];
    expect(pair.client.writableLength).toBe(0);
    pair.client.cork();
    for (const part of parts) pair.client.write(part);
    pair.client.uncork();
    for (const part of parts) part.fill('x');
    await eventually(() => pair.client.writableLength === 0);
    const last = Buffer.alloc(size, 'c');
    pair.client.write(last);
    last.fill('x');
    await eventually(() => came.length === 2 * size + 7);
    expect(came.equals(Buffer.from(`${'a'.repeat(size)}bbbbbbb${'c'.repeat(size)}`))).toBe(true);
  },
);
