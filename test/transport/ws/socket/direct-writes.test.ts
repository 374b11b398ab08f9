import { once } from 'node:events';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { writeDirectly } from '../../../../src/transport/ws/socket/direct-writes.js';
import type { Handle, WriteRequest } from '../../../../src/transport/ws/socket/handle.js';
import { eventually } from '../../../support/eventually.js';
import { socketPair } from '../../../support/socket-pair.js';

/** More than the kernel takes for a peer that does not read. */
const TOO_MUCH = 64 * 1024 * 1024;

/** Reads until that many bytes have come. */
async function readAll(socket: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let have = 0;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    have += chunk.length;
  });
  await eventually(() => have >= bytes);
  return Buffer.concat(chunks);
}

describe('bytes reach the peer past the stream', () => {
  test.each([
    ['over TCP', undefined],
    ['over a Unix domain socket', join(tmpdir(), `wirekeeper-write-${process.pid}.sock`)],
  ])('%s, from both ends', async (_name, path) => {
    await using pair = await socketPair(path);
    for (const [from, to] of [
      [pair.accepted, pair.client],
      [pair.client, pair.accepted],
    ] as const) {
      expect(writeDirectly(from, Buffer.from('one'))).toBe(0);
      expect(from.writableLength).toBe(0);
      expect((await readAll(to, 3)).toString()).toBe('one');
    }
  });

  test('gathered from several buffers', async () => {
    await using pair = await socketPair();
    const parts = [
      { framed: Buffer.from('head '), tail: Buffer.from('tail '), payloadBytes: 5 },
      { framed: Buffer.from('next'), payloadBytes: 4 },
    ];
    expect(writeDirectly(pair.accepted, parts)).toBe(0);
    expect((await readAll(pair.client, 14)).toString()).toBe('head tail next');
  });

  test('in order with what is written to the stream before and after, and with its end', async () => {
    await using pair = await socketPair();
    pair.accepted.write('one ');
    expect(writeDirectly(pair.accepted, Buffer.from('two '))).toBe(0);
    pair.accepted.write('three ');
    expect(writeDirectly(pair.accepted, Buffer.from('four'))).toBe(0);
    pair.accepted.end();
    const ended = once(pair.client, 'end');
    expect((await readAll(pair.client, 18)).toString()).toBe('one two three four');
    await ended;
    expect(pair.accepted.bytesWritten).toBe(18);
  });
});

describe('what the kernel does not take', () => {
  test('is sent later, whole, and before what the stream is given then', async () => {
    await using pair = await socketPair();
    const bytes = Buffer.alloc(TOO_MUCH, 'x');
    const left = writeDirectly(pair.accepted, bytes);
    expect(left).toBeGreaterThan(0);
    expect(writeDirectly(pair.accepted, Buffer.from('not now'))).toBeUndefined();
    const isWritten = new Promise((resolve) => pair.accepted.write('end', resolve));
    const got = await readAll(pair.client, TOO_MUCH + 3);
    await isWritten;
    expect(got.length).toBe(TOO_MUCH + 3);
    expect(got.subarray(0, TOO_MUCH).equals(bytes)).toBe(true);
    expect(got.toString('latin1', TOO_MUCH)).toBe('end');
    // Another request serves the next write.
    expect(writeDirectly(pair.accepted, Buffer.from('more'))).toBe(0);
  });

  test('destroys the socket with the error if it cannot be sent', async () => {
    await using pair = await socketPair();
    expect(writeDirectly(pair.accepted, Buffer.alloc(TOO_MUCH))).toBeGreaterThan(0);
    const failed = once(pair.accepted, 'error');
    pair.client.resetAndDestroy();
    const [error] = (await failed) as [NodeJS.ErrnoException];
    expect(['EPIPE', 'ECONNRESET']).toContain(error.code);
    expect(pair.accepted.destroyed).toBe(true);
  });

  test('is forgotten with a socket that is destroyed', async () => {
    await using pair = await socketPair();
    expect(writeDirectly(pair.accepted, Buffer.alloc(TOO_MUCH))).toBeGreaterThan(0);
    const closed = once(pair.accepted, 'close');
    pair.accepted.destroy();
    expect(await closed).toEqual([false]);
  });
});

describe('a write that is under way although the kernel has room again', () => {
  /** The socket over a handle that says nothing is left: the peer has read in the middle of the call. */
  function roomy(socket: Socket): Socket {
    const { _handle: real } = socket as Socket & { _handle: Required<Handle> };
    const handle: Handle = {
      writeQueueSize: 0,
      writeBuffer: (request, bytes) => real.writeBuffer(request, bytes),
      writev: (request, parts, areAllBuffers) => real.writev(request, parts, areAllBuffers),
    };
    return Object.create(socket, { _handle: { value: handle } }) as Socket;
  }

  test('leaves its request to itself: another write with it would end the process', async () => {
    await using first = await socketPair();
    await using second = await socketPair();
    const bytes = Buffer.alloc(TOO_MUCH, 'x');
    expect(writeDirectly(roomy(first.accepted), bytes)).toBe(0);
    expect(writeDirectly(second.accepted, bytes)).toBeGreaterThan(0);
    const [one, other] = await Promise.all([readAll(first.client, TOO_MUCH), readAll(second.client, TOO_MUCH)]);
    expect([one.equals(bytes), other.equals(bytes)]).toEqual([true, true]);
  });
});

describe('a request that is returned', () => {
  /** A socket over a handle of our own, whose writes return the request. */
  const returning = (request: WriteRequest) => {
    const nothing = () => 0;
    const write = () => request;
    const close = (closed: () => void) => setImmediate(closed);
    return new Socket({
      handle: { writeQueueSize: 0, writeBuffer: write, writev: write, readStart: nothing, readStop: nothing, close },
    } as object);
  };

  test.each([
    ['over already, and well', { getAsyncId: () => -1, writeStatus: 0 }, 0, undefined],
    ['over already, and failed', { getAsyncId: () => -1, writeStatus: -32 }, undefined, 'EPIPE'],
    ['not under way, and does not say why', { getAsyncId: () => -1, writeStatus: null }, undefined, 'UNKNOWN'],
    ['under way', { getAsyncId: () => 5, writeStatus: null }, 0, undefined],
  ])('%s', async (_name, request, returns, code) => {
    const errors: unknown[] = [];
    const socket = returning(request);
    socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    expect(writeDirectly(socket, Buffer.from('x'))).toBe(returns);
    if (code === undefined) socket.destroy();
    await closed;
    expect(errors).toEqual(code === undefined ? [] : [code]);
  });
});

describe('nothing is done', () => {
  test('for a stream that is behind, has ended, or is gone', async () => {
    await using pair = await socketPair();
    pair.accepted.write(Buffer.alloc(TOO_MUCH));
    expect(writeDirectly(pair.accepted, Buffer.from('x'))).toBeUndefined();
    pair.client.end();
    expect(writeDirectly(pair.client, Buffer.from('x'))).toBeUndefined();
    pair.client.destroy();
    expect(writeDirectly(pair.client, Buffer.from('x'))).toBeUndefined();
  });

  test('for TLS, and for streams that are no socket of Node', async () => {
    await using pair = await socketPair();
    expect(writeDirectly(new TLSSocket(pair.accepted), Buffer.from('x'))).toBeUndefined();
    expect(writeDirectly(new PassThrough(), Buffer.from('x'))).toBeUndefined();
  });

  test.each([
    ['refuses: the stream then reports why', -32],
    ['answers in a way nobody knows', undefined],
    ['answers with null', null],
  ])('when the system %s', async (_name, answer) => {
    await using pair = await socketPair();
    const refusing = { writeQueueSize: 0, writeBuffer: () => answer, writev: () => answer };
    const socket = Object.create(pair.accepted, { _handle: { value: refusing } }) as Socket;
    expect(writeDirectly(socket, Buffer.from('x'))).toBeUndefined();
  });
});
