import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { WaitOptions } from '../../../src/supervisor/api/wait-options.js';
import { DeadlineError, NotSentError, OptionError } from '../../../src/transport/errors.js';
import { accepted } from '../../support/a-connection.js';
import type { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

describe('send', () => {
  test('returns taken, then backpressure above the high-water mark, then dropped beyond the bound', async () => {
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

  test('returns closed once the connection is closing, and never throws for it', () => {
    const { wire, connection } = accepted();
    connection.close();
    expect(connection.send('late')).toBe('closed');
    wire.emitClosed();
    expect(connection.send('later')).toBe('closed');
    expect(wire.sent).toEqual([]);
  });

  test('throws for a value that cannot be sent', () => {
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
    ['closed', (connection: Connection<unknown>) => connection.close()],
    [
      'dropped',
      (_connection: Connection<unknown>, wire: FakeWire) => {
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
    wire.emitClosed({ kind: 'socket-error' });
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

  test('says what to write instead of a bare signal', async () => {
    const { connection } = accepted();
    await expect(connection.writable(new AbortController().signal as WaitOptions)).rejects.toThrow(
      new OptionError('writable: options is an AbortSignal; it must be an object of options: writable({ signal }).'),
    );
  });
});
