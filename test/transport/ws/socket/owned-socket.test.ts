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
  const events: string[] = [];
  const owner: SocketOwner = {
    onBytes: (bytes, end) => events.push(`bytes ${bytes.toString('latin1', 0, end)}`),
    onRoom: () => events.push('room'),
    onFin: () => events.push('fin'),
    onSocketError: (error) => events.push(`error ${error.message}`),
    onGone: (unread) => events.push(unread === undefined ? 'gone' : `gone ${unread.toString()}`),
  };
  own(stream, Buffer.from(head), owner);
  return { stream, events };
}

test('emits nothing in the same call, and the bytes behind the handshake first', async () => {
  const { stream, events } = owned('head');
  stream.push('more');
  expect(events).toEqual([]);
  await settled();
  expect(events.join(' ')).toBe('bytes head bytes more');
});

test("a peer's FIN does not end our side", async () => {
  const { stream, events } = owned();
  stream.push(null);
  await settled();
  expect(events).toEqual(['fin']);
  expect(stream.writable).toBe(true);
  stream.destroy();
  await settled();
  expect(events).toEqual(['fin', 'gone']);
});

test('an error comes before the end, and finds a listener', async () => {
  const { stream, events } = owned();
  stream.destroy(new Error('cut'));
  await settled();
  expect(events).toEqual(['error cut', 'gone']);
});

test('what a paused socket had read is handed over at the end', async () => {
  const { stream, events } = owned();
  await settled();
  stream.pause();
  stream.push('unread');
  await settled();
  expect(events).toEqual([]);
  stream.destroy();
  await settled();
  expect(events).toEqual(['gone unread']);
});

test('all sockets share their listeners', () => {
  const [a, b] = [owned().stream, owned().stream];
  for (const event of ['data', 'end', 'drain', 'error', 'close'] as const)
    expect(a.listeners(event)).toEqual(b.listeners(event));
  a.destroy();
  b.destroy();
});
