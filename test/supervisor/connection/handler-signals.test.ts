import { describe, expect, test } from 'vitest';
import { announceDrain, awaitsDrain, interrupt } from '../../../src/supervisor/connection/handler-signals.js';
import { EndedError } from '../../../src/transport/errors.js';
import { accepted } from '../../support/a-connection.js';
import { settled } from '../../support/settled.js';

test('the signal aborts once, and its reason says what ended the connection', () => {
  const { wire, connection } = accepted();
  const { signal } = connection;
  let aborts = 0;
  signal.addEventListener('abort', () => {
    aborts += 1;
  });
  connection.terminate();
  wire.emitClosed();
  interrupt(connection);
  expect(aborts).toBe(1);
  expect(signal.reason).toEqual(new EndedError('connection c1 has ended: terminated.'));
});

test('a signal that is read first after the end is aborted already, with the same reason', () => {
  const { connection } = accepted();
  connection.close();
  expect(connection.signal.aborted).toBe(true);
  expect(connection.signal.reason).toEqual(new EndedError('connection c1 has ended: close-called.'));
  expect(connection.signal.reason).toHaveProperty('code', 'WIREKEEPER_ENDED');
});

test('both signals are the same objects each time they are read', () => {
  const { connection } = accepted();
  expect(connection.signal).toBe(connection.signal);
  expect(connection.drainSignal).toBe(connection.drainSignal);
});

test('an error of a listener of a signal counts as a throw of the handler', () => {
  const { wire, connection } = accepted();
  connection.drainSignal.addEventListener('abort', () => {
    throw new Error('bad listener');
  });
  announceDrain(connection);
  expect(wire.asked).toEqual(['close 1011']);
});

test('asking whether a handler awaits a drain creates no signal', () => {
  const { connection } = accepted({ handler: () => new Promise(() => {}) });
  expect(awaitsDrain(connection)).toBe(false);
  expect(connection.lazyIfMade).toBeUndefined();
});

describe('the signal', () => {
  test('aborts at once on a local close', () => {
    const { connection } = accepted();
    const { signal } = connection;
    connection.close();
    expect(signal.aborted).toBe(true);
  });

  test('aborts at once on loss', () => {
    const { wire, connection } = accepted();
    const { signal } = connection;
    wire.emitClosed({ kind: 'socket-error' });
    expect(signal.aborted).toBe(true);
  });

  test("after the peer's Close, aborts when the frames before it were consumed, the last one's work included", async () => {
    let work = () => {};
    const aborts: boolean[] = [];
    const { wire, connection } = accepted({
      handler: async (served) => {
        for await (const _frame of served) {
          await new Promise<void>((resolve) => (work = resolve));
          aborts.push(served.signal.aborted);
        }
      },
    });
    const { signal } = connection;
    await settled();
    wire.deliver('a');
    wire.deliver('b');
    await settled();
    wire.emitClosing(1000);
    work();
    await settled();
    expect(signal.aborted).toBe(false);
    work();
    await settled();
    expect(aborts).toEqual([false, false]);
    expect(signal.aborted).toBe(true);
  });

  test("spares work on a message for closeWithinMs after the peer's Close at the most", async () => {
    const { parent, wire, connection } = accepted({
      limits: { closeWithinMs: 2000 },
      handler: async (served) => {
        await served.receive();
        await new Promise(() => {});
      },
    });
    const { signal } = connection;
    await settled();
    wire.deliver('a');
    await settled();
    wire.emitClosing(1000);
    wire.emitClosed();
    parent.clock.advance(1900);
    expect(signal.aborted).toBe(false);
    parent.clock.advance(300);
    expect(signal.aborted).toBe(true);
  });
});

test('drainSignal has aborted when it is asked for after the announcement, and stays the same signal', () => {
  const { connection } = accepted();
  expect(awaitsDrain(connection)).toBe(false);
  announceDrain(connection);
  announceDrain(connection);
  const { drainSignal } = connection;
  expect([drainSignal.aborted, connection.drainSignal === drainSignal, awaitsDrain(connection)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('it awaits a drain from when its drainSignal is asked for until it is announced', () => {
  const { connection } = accepted();
  void connection.drainSignal;
  expect(awaitsDrain(connection)).toBe(true);
  announceDrain(connection);
  expect(awaitsDrain(connection)).toBe(false);
});

test('drainSignal aborts when a drain is announced', () => {
  const { connection } = accepted();
  const { drainSignal } = connection;
  expect(drainSignal.aborted).toBe(false);
  announceDrain(connection);
  expect(drainSignal.aborted).toBe(true);
});
