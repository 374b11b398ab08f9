import { describe, expect, test } from 'vitest';
import type { WaitOptions } from '../../../src/supervisor/api/connection.js';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { DeadlineError, NotSentError, OptionError } from '../../../src/transport/errors.js';
import { aParent, type ParentParts } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

function accepted(parts: ParentParts = {}) {
  const parent = aParent(parts);
  const wire = new FakeWire();
  const connection = new ConnectionActor({ id: 'c1', parent, role: 'accepted', wire, data: { user: 'ada' } });
  connection.start();
  return { parent, wire, connection };
}

describe('send', () => {
  test('answers taken, then backpressure above the high-water mark, then dropped beyond the bound', async () => {
    const { wire, connection } = accepted({
      limits: { highWaterMark: 10, maxBufferedBytes: 20, slowPeer: 'drop-newest' },
    });
    expect(connection.send('1234567890')).toBe('taken');
    wire.bufferedBytes = 10;
    expect(connection.send('1')).toBe('backpressure');
    wire.bufferedBytes = 20;
    // What is sent in one turn of the loop may be as much again: the peer had no time to take it.
    expect(connection.send('1')).toBe('backpressure');
    await settled();
    expect(connection.send('1')).toBe('dropped');
    expect(wire.sent).toHaveLength(3);
    expect(connection.state).toBe('open');
  });

  test('lets one message through that is larger than the bound by itself', () => {
    const { wire, connection } = accepted({ limits: { highWaterMark: 1, maxBufferedBytes: 5 } });
    expect(connection.send('1234567890')).toBe('backpressure');
    expect(wire.sent).toEqual(['1234567890']);
  });

  test('answers closed once the connection is closing, and never throws for it', () => {
    const { wire, connection } = accepted();
    connection.close();
    expect(connection.send('late')).toBe('closed');
    wire.tellClosed();
    expect(connection.send('later')).toBe('closed');
    expect(wire.sent).toEqual([]);
  });

  test('throws for what cannot be sent', () => {
    const { connection } = accepted();
    expect(() => connection.send(42 as unknown as string)).toThrow(OptionError);
  });

  test('is counted in the totals', () => {
    const { parent, connection } = accepted();
    connection.send('abc');
    connection.send(Uint8Array.of(1));
    expect(parent.services.totals).toMatchObject({ framesOut: 2, bytesOut: 4 });
  });
});

describe('sendAndWait', () => {
  test('resolves when the kernel has the message', async () => {
    const { wire, connection } = accepted();
    const sent = connection.sendAndWait('a');
    await settled();
    for (const done of wire.confirmations) done('written');
    await sent;
  });

  test.each([
    ['closed', (connection: ConnectionActor) => connection.close()],
    [
      'dropped',
      (_connection: ConnectionActor, wire: FakeWire) => {
        wire.bufferedBytes = 1_000_000_000;
      },
    ],
  ] as const)('rejects with the fate %s when the message is not taken', async (fate, before) => {
    const { wire, connection } = accepted({ limits: { slowPeer: 'drop-newest' } });
    before(connection, wire);
    await expect(connection.sendAndWait('a')).rejects.toMatchObject({ code: 'WIREKEEPER_NOT_SENT', fate });
  });

  test('rejects with the fate unknown when the connection is lost first', async () => {
    const { wire, connection } = accepted();
    const rejected = expect(connection.sendAndWait('a')).rejects.toMatchObject({ fate: 'unknown' });
    await settled();
    wire.tellClosed({ kind: 'socket-error' });
    for (const done of wire.confirmations) done('unknown');
    await rejected;
  });

  test('rejects with the fate discarded when the slow-peer policy threw it away', async () => {
    const { wire, connection } = accepted({ limits: { maxBufferedBytes: 100, highWaterMark: 10 } });
    const rejected = expect(connection.sendAndWait('a')).rejects.toThrow(NotSentError);
    await settled();
    wire.bufferedBytes = 100;
    connection.send('b');
    for (const done of wire.confirmations) done('discarded');
    await rejected;
  });

  test('a deadline rejects, and the connection lives on', async () => {
    const { parent, connection } = accepted();
    const rejected = expect(connection.sendAndWait('a', { withinMs: 10 })).rejects.toThrow(DeadlineError);
    await parent.clock.advanceAsync(20);
    await rejected;
    expect(connection.state).toBe('open');
  });
});

describe('writable', () => {
  test('resolves at once below the high-water mark', async () => {
    const { connection } = accepted();
    await connection.writable();
  });

  test('waits until what waited has left', async () => {
    const { wire, connection } = accepted({ limits: { highWaterMark: 10 } });
    wire.bufferedBytes = 50;
    let isWritable = false;
    const writable = connection.writable().then(() => {
      isWritable = true;
    });
    await settled();
    expect(isWritable).toBe(false);
    wire.drain();
    await writable;
  });

  test('resolves when the connection takes nothing any more', async () => {
    const { wire, connection } = accepted({ limits: { highWaterMark: 10 } });
    wire.bufferedBytes = 50;
    const writable = connection.writable();
    connection.close();
    await writable;
  });

  test('can be interrupted', async () => {
    const { wire, connection } = accepted({ limits: { highWaterMark: 10 } });
    wire.bufferedBytes = 50;
    const controller = new AbortController();
    const rejected = expect(connection.writable({ signal: controller.signal })).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await rejected;
  });

  test('can have a deadline, after which the connection is as it was', async () => {
    const { parent, wire, connection } = accepted({ limits: { highWaterMark: 10 } });
    wire.bufferedBytes = 50;
    const rejected = expect(connection.writable({ withinMs: 1_000 })).rejects.toThrow(
      new DeadlineError('writable: there was no room within 1000 ms; what waits is still on its way.'),
    );
    await parent.clock.advanceAsync(1_100);
    await rejected;
    expect(connection.state).toBe('open');
  });

  test('says what to write instead of a bare signal, which it took once', async () => {
    const { connection } = accepted();
    await expect(connection.writable(new AbortController().signal as WaitOptions)).rejects.toThrow(
      new OptionError('writable takes options and no AbortSignal; write writable({ signal }).'),
    );
  });
});

describe('close', () => {
  test.each([
    [1005, ''],
    [1006, ''],
    [1015, ''],
    [2500, ''],
    [5000, ''],
    [1000.5, ''],
    [1010, ''],
    [1000, 'x'.repeat(124)],
    [1000, 'é'.repeat(62)],
  ])('with code %d and the reason %j throws a RangeError and leaves the connection as it was', (code, reason) => {
    const { wire, connection } = accepted();
    expect(() => connection.close(code, reason)).toThrow(RangeError);
    expect(connection.state).toBe('open');
    expect(wire.asked).toEqual([]);
    expect(connection.send('still here')).toBe('taken');
  });

  test('without arguments says 1000', () => {
    const { wire, connection } = accepted();
    connection.close();
    expect(wire.asked).toEqual(['close 1000']);
  });
});

describe('closed', () => {
  test('is one promise, before the end and after', async () => {
    const { wire, connection } = accepted();
    const before = connection.closed;
    expect(connection.report).toBeUndefined();
    wire.tellClosed({ kind: 'socket-error' });
    expect(connection.closed).toBe(before);
    expect(await before).toBe(connection.report);
  });

  test('asked for after the end resolves as well', async () => {
    const { wire, connection } = accepted({ handler: () => new Promise(() => {}) });
    wire.tellClosed({ kind: 'socket-error' });
    expect((await connection.closed).trigger).toBe('socket-error');
  });

  test('await using closes with 1000 and waits', async () => {
    const { wire, connection } = accepted();
    const disposed = connection[Symbol.asyncDispose]();
    expect(wire.asked).toEqual(['close 1000']);
    wire.tellClosing();
    wire.tellClosed();
    await disposed;
  });
});

test('discardFrames counts frames and drops them', async () => {
  const { wire, connection } = accepted({
    handler: (served) => {
      served.discardFrames();
      return served.closed;
    },
  });
  wire.deliver('abc');
  wire.tellClosing();
  wire.tellClosed();
  expect(await connection.closed).toMatchObject({ framesIn: 1, bytesIn: 3 });
});

test('renew throws for what is no time, and takes a Date', () => {
  const { parent, wire, connection } = accepted();
  expect(() => connection.renew(Number.NaN)).toThrow(OptionError);
  connection.renew(new Date(parent.clock.wallNow() + 100));
  parent.clock.advance(120);
  expect(wire.asked).toEqual(['close 3000 credential expired']);
});

test('drainSignal has aborted when it is asked for after the announcement, and stays the same signal', () => {
  const { connection } = accepted();
  expect(connection.awaitsDrain).toBe(false);
  connection.announceDrain();
  connection.announceDrain();
  const { drainSignal } = connection;
  expect([drainSignal.aborted, connection.drainSignal === drainSignal, connection.awaitsDrain]).toEqual([
    true,
    true,
    false,
  ]);
});

test('it awaits a drain from when its drainSignal is asked for until it is announced', () => {
  const { connection } = accepted();
  void connection.drainSignal;
  expect(connection.awaitsDrain).toBe(true);
  connection.announceDrain();
  expect(connection.awaitsDrain).toBe(false);
});

test('drainSignal aborts when a drain is announced', () => {
  const { connection } = accepted();
  const { drainSignal } = connection;
  expect(drainSignal.aborted).toBe(false);
  connection.announceDrain();
  expect(drainSignal.aborted).toBe(true);
});

test('its snapshot is plain data', () => {
  const { parent, wire, connection } = accepted();
  wire.deliver('abc');
  connection.send('ab');
  expect(JSON.parse(JSON.stringify(connection))).toEqual({
    id: 'c1',
    childId: 'child',
    role: 'accepted',
    state: 'open',
    protocol: '',
    remoteAddress: '192.0.2.1',
    openedAt: parent.clock.wallNow(),
    framesIn: 1,
    framesOut: 1,
    bytesIn: 3,
    bytesOut: 2,
    bufferedBytes: 0,
  });
});

test('what authenticate gave is its data', () => {
  expect(accepted().connection.data).toEqual({ user: 'ada' });
});
