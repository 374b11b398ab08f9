import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { handleOf } from '../../../../src/transport/ws/socket/handle.js';
import { socketPair } from '../../../support/socket-pair.js';

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
