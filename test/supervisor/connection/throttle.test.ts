import { describe, expect, test } from 'vitest';
import type { Limits } from '../../../src/supervisor/api/limits.js';
import { accepted } from '../../support/a-connection.js';
import { settled } from '../../support/settled.js';

/** A connection whose peer sends as much as it may, as fast as it is read. */
function flooded(limits: Partial<Limits> = {}) {
  const scene = accepted({ limits: { throttledWithinMs: 3000, ...limits } });
  const { wire, parent } = scene;
  let allowed = 0;
  wire.reading = {
    heldBytes: 0,
    partSince: 0,
    allow: () => {
      allowed += 1;
    },
  };
  const spend = (of: 'messages' | 'bytes' = 'messages') => wire.emit({ type: 'wire.allowance-spent', of });
  const throttled = () => parent.events.filter(({ type }) => type === 'connection.throttled');
  return { ...scene, spend, throttled, allowed: () => allowed };
}

describe('a peer that sends as much in less than a second as it may in one', () => {
  test('is not read for the rest of it', () => {
    const { parent, wire, spend, allowed } = flooded();
    parent.clock.advance(400);
    spend();
    expect(wire.isPaused).toBe(true);
    parent.clock.advance(550);
    expect([wire.isPaused, allowed()]).toEqual([true, 0]);
    parent.clock.advance(100);
    expect([wire.isPaused, allowed()]).toEqual([false, 1]);
  });

  test('is reported once as long as it goes on, and counted each time', () => {
    const { parent, spend, throttled } = flooded();
    spend('bytes');
    parent.clock.advance(1100);
    spend('bytes');
    parent.clock.advance(1100);
    expect(throttled()).toMatchObject([{ limit: 'maxBytesPerSecond' }]);
    expect(parent.services.totals.throttled).toBe(2);
    parent.clock.advance(5000);
    spend('messages');
    spend('messages');
    expect(throttled()).toMatchObject([{ limit: 'maxBytesPerSecond' }, { limit: 'maxMessagesPerSecond' }]);
  });

  test('is closed with 1008 when it goes on, second by second', () => {
    const { parent, wire, spend, connection } = flooded();
    for (let second = 0; second < 3; second += 1) {
      spend();
      expect(connection.state).toBe('open');
      parent.clock.advance(1070);
    }
    spend();
    expect([connection.state, wire.asked.at(-1)]).toEqual(['closing', 'close 1008 too many messages']);
  });

  test('is only read more slowly where that is all', () => {
    const { parent, spend, connection } = flooded({ throttledWithinMs: Number.POSITIVE_INFINITY });
    for (let second = 0; second < 100; second += 1) {
      spend();
      parent.clock.advance(1070);
    }
    expect(connection.state).toBe('open');
  });

  test('that was too fast is still read no faster while it closes, and is let go at the end', async () => {
    const { parent, wire, spend } = flooded({ throttledWithinMs: 1 });
    spend();
    parent.clock.advance(1070);
    spend();
    expect(wire.isPaused).toBe(true);
    parent.clock.advance(1070);
    expect(wire.isPaused).toBe(false);
    spend();
    expect(wire.isPaused).toBe(true);
    wire.emitClosed();
    await settled();
    expect(parent.clock.pending).toBe(0);
  });
});

test('a peer that takes more than a second for it is read on', () => {
  const { parent, wire, spend, throttled, allowed } = flooded();
  for (let i = 0; i < 10; i += 1) {
    parent.clock.advance(1001);
    spend();
  }
  expect([wire.isPaused, throttled(), allowed()]).toEqual([false, [], 10]);
});

test('bursts with a pause between them are not added up', () => {
  const { parent, spend, connection } = flooded();
  for (let i = 0; i < 10; i += 1) {
    spend();
    parent.clock.advance(1070);
    parent.clock.advance(1070);
    // The second that has gone by was not filled.
    spend();
    parent.clock.advance(1070);
  }
  expect(connection.state).toBe('open');
});

describe('a socket that is paused', () => {
  test('for a handler that is behind is not resumed by the throttle', () => {
    const { parent, wire, spend, connection } = flooded({ readAheadBytes: 1, pausedWithinMs: 60_000 });
    wire.deliver('x'.repeat(100));
    expect(wire.isPaused).toBe(true);
    spend();
    parent.clock.advance(2000);
    expect(wire.isPaused).toBe(true);
    connection.discardFrames();
    expect(wire.isPaused).toBe(false);
  });

  test('by the throttle is not resumed when the handler has caught up', () => {
    const { parent, wire, spend, connection } = flooded({ readAheadBytes: 1 });
    spend();
    wire.deliver('x'.repeat(100));
    connection.discardFrames();
    expect(wire.isPaused).toBe(true);
    parent.clock.advance(1070);
    expect(wire.isPaused).toBe(false);
  });

  test('by the throttle is read again when the connection closes for another reason, so that the Close is seen', () => {
    const { wire, spend, connection } = flooded();
    spend();
    connection.close();
    expect(wire.isPaused).toBe(false);
    spend();
    expect(wire.isPaused).toBe(false);
  });
});
