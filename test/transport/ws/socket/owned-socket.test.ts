import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { own, type SocketOwner } from '../../../../src/transport/ws/socket/owned-socket.js';
import { tlsPage } from '../../../../src/transport/ws/socket/page-reads.js';
import { eventually } from '../../../support/eventually.js';
import { settled } from '../../../support/settled.js';
import { socketPair } from '../../../support/socket-pair.js';
import { tlsPair } from '../../../support/tls-pair.js';

class Stream extends Duplex {
  override _read(): void {
    // What comes is pushed by the test.
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
  }
}

/** What an owner does that is not asked about it. */
const INDIFFERENT = {
  takeStart: () => 0,
  nextPlace: () => undefined,
  onRoom: () => {},
  onFin: () => {},
  onSocketError: () => {},
  onGone: () => {},
} satisfies Partial<SocketOwner>;

function owned(head = '') {
  const stream = new Stream();
  const events: string[] = [];
  const owner: SocketOwner = {
    ...INDIFFERENT,
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

/** An owner of a real socket that wants what comes behind the first read to go to a buffer of its own. */
function ownedBytes(socket: Duplex) {
  const came: Buffer[] = [];
  const target = Buffer.allocUnsafeSlow(6);
  let filled = 0;
  own(socket, Buffer.alloc(0), {
    ...INDIFFERENT,
    nextPlace: () => (came.length === 0 || filled === target.length ? undefined : target.subarray(filled)),
    onBytes: (bytes, end) => {
      if (bytes.buffer === target.buffer) filled += end;
      else came.push(bytes.subarray(0, end));
    },
  });
  return { came, target, filled: () => filled };
}

test.each([
  ['TCP', socketPair],
  ['TLS', tlsPair],
] as const)('what belongs to a long frame is read to there, and the rest as ever, over %s', async (_name, open) => {
  await using pair = await open();
  const { came, target, filled } = ownedBytes(pair.accepted);
  pair.client.write('begin');
  await eventually(() => came.length === 1);
  pair.client.write('abc');
  await eventually(() => filled() === 3);
  pair.client.write('defrest');
  await eventually(() => came.length === 2);
  expect([target.toString(), came[1]?.toString()]).toEqual(['abcdef', 'rest']);
});

test('over TLS a place gets a record at a time: what fills it is the most that comes at once', async () => {
  await using pair = await tlsPair();
  const place = Buffer.allocUnsafeSlow(100_000);
  const reads: number[][] = [];
  own(pair.accepted, Buffer.alloc(0), {
    ...INDIFFERENT,
    nextPlace: () => place,
    onBytes: (bytes, end) => reads.push([bytes.length, end]),
  });
  pair.client.write('begin');
  await eventually(() => reads.length === 1);
  pair.client.write(Buffer.alloc(3 * 16_384));
  await eventually(() => reads.length === 4);
  expect(reads.slice(1)).toEqual([1, 2, 3].map(() => [16_384, 16_384]));
});

test('of what comes over TLS an owner may take the start at once, and gets the rest, which stays as it is', async () => {
  await using pair = await tlsPair();
  const calls: string[] = [];
  const rests: Buffer[] = [];
  own(pair.accepted, Buffer.alloc(0), {
    ...INDIFFERENT,
    takeStart: (bytes, end) => {
      calls.push(`start of ${bytes.toString('latin1', 0, end)}`);
      return end > 5 ? 3 : end;
    },
    onBytes: (bytes, end) => {
      calls.push(`rest ${bytes.toString('latin1', 0, end)}`);
      rests.push(bytes);
    },
  });
  pair.client.write('partrest');
  await eventually(() => calls.length === 2);
  pair.client.write('whole');
  await eventually(() => calls.length === 4);
  expect(calls).toEqual(['start of partrest', 'rest trest', 'start of whole', 'rest ']);
  expect(rests.map(String)).toEqual(['trest', '']);
});

test('bytes that came over TLS are not overwritten by what comes later, on any socket', async () => {
  await using one = await tlsPair();
  await using other = await tlsPair();
  const [first, second] = [one, other].map(({ accepted }) => ownedBytes(accepted));
  one.client.write('of the first');
  await eventually(() => first?.came.length === 1);
  other.client.write('OF THE SECOND');
  await eventually(() => second?.came.length === 1);
  tlsPage().fill(0);
  expect([first, second].map((owner) => owner?.came[0]?.toString())).toEqual(['of the first', 'OF THE SECOND']);
});
