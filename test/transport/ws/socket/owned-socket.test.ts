import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { own, type SocketOwner } from '../../../../src/transport/ws/socket/owned-socket.js';
import { settled } from '../../../support/settled.js';

class Stream extends Duplex {
  override _read(): void {
    // What comes is pushed by the test.
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
  }
}

function owned(head = '') {
  const stream = new Stream();
  const told: string[] = [];
  const owner: SocketOwner = {
    onBytes: (bytes, end) => told.push(`bytes ${bytes.toString('latin1', 0, end)}`),
    onRoom: () => told.push('room'),
    onFin: () => told.push('fin'),
    onSocketError: (error) => told.push(`error ${error.message}`),
    onGone: (unread) => told.push(unread === undefined ? 'gone' : `gone ${unread.toString()}`),
  };
  own(stream, Buffer.from(head), owner);
  return { stream, told };
}

test('tells nothing in the same call, and what came behind the handshake first', async () => {
  const { stream, told } = owned('head');
  stream.push('more');
  expect(told).toEqual([]);
  await settled();
  expect(told.join(' ')).toBe('bytes head bytes more');
});

test("a peer's FIN does not end our side", async () => {
  const { stream, told } = owned();
  stream.push(null);
  await settled();
  expect(told).toEqual(['fin']);
  expect(stream.writable).toBe(true);
  stream.destroy();
  await settled();
  expect(told).toEqual(['fin', 'gone']);
});

test('an error comes before the end, and finds a listener', async () => {
  const { stream, told } = owned();
  stream.destroy(new Error('cut'));
  await settled();
  expect(told).toEqual(['error cut', 'gone']);
});

test('what a paused socket had read is handed over at the end', async () => {
  const { stream, told } = owned();
  await settled();
  stream.pause();
  stream.push('unread');
  await settled();
  expect(told).toEqual([]);
  stream.destroy();
  await settled();
  expect(told).toEqual(['gone unread']);
});

test('all sockets share their listeners', () => {
  const [a, b] = [owned().stream, owned().stream];
  for (const event of ['data', 'end', 'drain', 'error', 'close'] as const)
    expect(a.listeners(event)).toEqual(b.listeners(event));
  a.destroy();
  b.destroy();
});
