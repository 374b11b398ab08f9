import { describe, expect, test } from 'vitest';
import { dialed, accepted as toHandler } from '../../support/a-connection.js';
import type { ParentParts } from '../../support/a-parent.js';

/** A connection whose handler subscribes to `frames$`. */
function pushing(parts: ParentParts = {}) {
  const texts: string[] = [];
  const ends: string[] = [];
  const scene = toHandler({
    ...parts,
    handler: (connection) => {
      connection.frames$.subscribe({ next: (frame) => texts.push(frame.text()), complete: () => ends.push('end') });
      return connection.closed;
    },
  });
  return { ...scene, texts, ends };
}

describe('pause', () => {
  test('stops the reading of the socket until resume', () => {
    const { wire, connection } = pushing();
    connection.pause();
    expect([connection.isPaused, wire.isPaused]).toEqual([true, true]);
    connection.pause();
    connection.resume();
    connection.resume();
    expect([connection.isPaused, wire.isPaused]).toEqual([false, false]);
    expect(wire.asked).toEqual(['pause', 'resume']);
  });

  test('closes the connection with 1011 when it lasts longer than pausedWithinMs', () => {
    const { parent, wire, connection } = pushing({ limits: { pausedWithinMs: 100 } });
    connection.pause();
    parent.clock.advance(80);
    connection.resume();
    parent.clock.advance(200);
    connection.pause();
    parent.clock.advance(120);
    expect(wire.asked).toEqual(['pause', 'resume', 'pause', 'resume', 'close 1011 handler too slow']);
    wire.emitClosed();
    expect(connection.report?.trigger).toBe('slow-handler');
  });

  test('reads on once the connection closes, and keeps the frames until resume', () => {
    const { wire, connection, texts, ends } = pushing();
    wire.deliver('before');
    connection.pause();
    connection.close();
    expect(wire.isPaused).toBe(false);
    wire.deliver('late');
    wire.deliver('later');
    wire.emitClosing();
    wire.emitClosed();
    expect([texts, ends]).toEqual([['before'], []]);
    connection.resume();
    expect([texts, ends]).toEqual([['before', 'late', 'later'], ['end']]);
  });

  test('holds back frames that came before the first subscription', () => {
    const { wire, connection } = toHandler();
    wire.deliver('held');
    connection.pause();
    const texts: string[] = [];
    connection.frames$.subscribe((frame) => texts.push(frame.text()));
    expect(texts).toEqual([]);
    connection.resume();
    expect(texts).toEqual(['held']);
  });

  test('by a subscriber takes effect at once, also while held frames are handed out', () => {
    const { wire, connection } = toHandler();
    for (const text of ['one', 'two', 'three']) wire.deliver(text);
    const texts: string[] = [];
    connection.frames$.subscribe((frame) => {
      texts.push(frame.text());
      connection.pause();
    });
    expect(texts).toEqual(['one']);
    connection.resume();
    expect(texts).toEqual(['one', 'two']);
    connection.resume();
    expect(texts).toEqual(['one', 'two', 'three']);
    expect([connection.isPaused, wire.isPaused]).toEqual([true, true]);
  });

  test('and a handler that is behind hold the socket together: both have to let go', async () => {
    const { wire, connection } = toHandler({ limits: { readAheadBytes: 4 } });
    expect(await Promise.race([connection.receive(), Promise.resolve('none')])).toBe('none');
    wire.deliver('taken by the one who waits');
    wire.deliver('waits for the next');
    connection.pause();
    expect(wire.asked).toEqual(['pause']);
    connection.resume();
    expect(wire.isPaused).toBe(true);
    connection.pause();
    await connection.receive();
    expect(wire.isPaused).toBe(true);
    connection.resume();
    expect(wire.asked).toEqual(['pause', 'resume']);
  });

  test('is noted for observers when the reading stops and goes on', () => {
    const { parent, connection } = pushing();
    const noted: string[] = [];
    parent.services.tap.belongsTo({} as never, () => '');
    parent.services.tap.attach({ noted: (_subject, { type }) => noted.push(type) }, () => []);
    connection.pause();
    connection.resume();
    expect(noted).toEqual(['reading.paused', 'reading.resumed']);
  });

  test('does nothing before the connection is open, and after its end', () => {
    const { wire, connection } = dialed();
    connection.pause();
    expect([connection.isPaused, wire.asked]).toEqual([false, []]);
    wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    wire.emitClosed({ kind: 'socket-ended' });
    connection.pause();
    expect(connection.isPaused).toBe(false);
  });

  test('of a connection whose frames are dropped stops the reading as well', () => {
    const { wire, connection } = toHandler();
    connection.discardFrames();
    connection.pause();
    expect(wire.isPaused).toBe(true);
    connection.resume();
    wire.deliver('dropped');
    expect(wire.isPaused).toBe(false);
  });

  // Letting the socket go brings frames at once, within `resume`: they came before the one being handed out.
  test('keeps the order of frames that letting the socket go brings', () => {
    const { wire, connection } = toHandler({ limits: { readAheadBytes: 1 } });
    wire.deliver('x'.repeat(16));
    wire.deliver('kept');
    expect(wire.isPaused).toBe(true);
    connection.pause();
    const texts: string[] = [];
    connection.frames$.subscribe((frame) => texts.push(frame.text()));
    wire.resume = () => {
      wire.isPaused = false;
      wire.deliver('behind it');
    };
    connection.resume();
    expect(texts).toEqual(['x'.repeat(16), 'kept', 'behind it']);
  });
});
