import { describe, expect, test } from 'vitest';
import { OptionError } from '../../../src/transport/errors.js';
import { accepted } from '../../support/a-connection.js';

describe('close', () => {
  test.each([
    [1004, ''],
    [1005, 'a reason'],
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

  test('with code 1005 sends a Close without payload, which is the code of its report', async () => {
    const { wire, connection } = accepted();
    connection.close(1005);
    expect(wire.asked).toEqual(['close 1005']);
    wire.emitClosing(1005);
    wire.emitClosed({ sent: { code: 1005, reason: '' }, received: { code: 1005, reason: '' } });
    expect(await connection.closed).toMatchObject({ outcome: 'closed', wasClean: true, code: 1005, reason: '' });
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
    wire.emitClosed({ kind: 'socket-error' });
    expect(connection.closed).toBe(before);
    expect(await before).toBe(connection.report);
  });

  test('asked for after the end resolves as well', async () => {
    const { wire, connection } = accepted({ handler: () => new Promise(() => {}) });
    wire.emitClosed({ kind: 'socket-error' });
    expect((await connection.closed).trigger).toBe('socket-error');
  });

  test('await using closes with 1000 and waits', async () => {
    const { wire, connection } = accepted();
    const disposed = connection[Symbol.asyncDispose]();
    expect(wire.asked).toEqual(['close 1000']);
    wire.emitClosing();
    wire.emitClosed();
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
  wire.emitClosing();
  wire.emitClosed();
  expect(await connection.closed).toMatchObject({ framesIn: 1, bytesIn: 3 });
});

test('renew throws for a value that is no time, and takes a Date', () => {
  const { parent, wire, connection } = accepted();
  expect(() => connection.renew(Number.NaN)).toThrow(OptionError);
  connection.renew(new Date(parent.clock.wallNow() + 100));
  parent.clock.advance(120);
  expect(wire.asked).toEqual(['close 3000 credential expired']);
});

test('its data is the result of authenticate', () => {
  expect(accepted({}, { user: 'ada' }).connection.data).toEqual({ user: 'ada' });
});

test('is one object with 15 fields, and has nothing else while it is idle', () => {
  const { connection } = accepted({ handler: () => new Promise(() => {}) });
  expect(Object.keys(connection)).toHaveLength(15);
  expect(connection.lazyIfMade).toBeUndefined();
});
