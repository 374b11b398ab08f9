import { describe, expect, test } from 'vitest';
import type { PingOptions } from '../../../src/supervisor/api/wait-options.js';
import { DeadlineError, EndedError, OptionError } from '../../../src/transport/errors.js';
import { accepted } from '../../support/a-connection.js';

describe('ping', () => {
  test('resolves with the round-trip time, which is the latest then', async () => {
    const { wire, connection } = accepted();
    expect(connection.latencyMs).toBeUndefined();
    const roundTrip = connection.ping();
    expect(wire.asked).toContain('ping');
    wire.answerPing(0, 12.5);
    expect(await roundTrip).toBe(12.5);
    expect(connection.latencyMs).toBe(12.5);
  });

  test('rejects with the report when the connection ends before the answer', async () => {
    const { wire, connection } = accepted();
    const rejected = expect(connection.ping()).rejects.toMatchObject({
      code: 'WIREKEEPER_ENDED',
      message: 'ping: connection c1 ended before its peer had answered.',
      report: { trigger: 'socket-error' },
    });
    wire.pinged?.(undefined);
    wire.emitClosed({ kind: 'socket-error', cause: new Error('reset') });
    await rejected;
  });

  test('rejects when the connection is not open, and sends nothing', async () => {
    const { wire, connection } = accepted();
    connection.close();
    await expect(connection.ping()).rejects.toThrow(
      new EndedError('ping: connection c1 is closing: it can send no Ping.'),
    );
    wire.emitClosed();
    await expect(connection.ping()).rejects.toMatchObject({ report: connection.report });
    expect(wire.asked).not.toContain('ping');
  });

  test('can have a deadline and be interrupted, and the connection lives on', async () => {
    const { parent, connection } = accepted();
    const late = expect(connection.ping({ withinMs: 500 })).rejects.toThrow(DeadlineError);
    const controller = new AbortController();
    const interrupted = expect(connection.ping({ signal: controller.signal })).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await interrupted;
    await parent.clock.advanceAsync(600);
    await late;
    expect(connection.state).toBe('open');
  });

  test('sends a payload of the user', async () => {
    const { wire, connection } = accepted();
    const roundTrip = connection.ping({ payload: 'life', withinMs: 500 });
    wire.answerPing(0, 3);
    expect(await roundTrip).toBe(3);
    expect(wire.asked).toContain('ping life');
  });

  test.each<[unknown, string]>([
    [Buffer.from('x'), 'ping: 0 is not an option'],
    ['x', 'ping: options is "x"; it must be an object.'],
    [{ withinMs: -1 }, 'ping: withinMs is -1'],
    [{ payload: 5 }, 'ping: payload is 5; it must be a text or a Uint8Array.'],
    [{ payload: 'x'.repeat(126) }, 'ping: payload has 126 bytes; at most 125 fit into a control frame.'],
    [
      new AbortController().signal,
      'ping: options is an AbortSignal; it must be an object of options: ping({ signal }).',
    ],
  ])('sends nothing for other options: %o', async (options, message) => {
    const { wire, connection } = accepted();
    const error: unknown = await connection.ping(options as PingOptions).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).message).toContain(message);
    expect(wire.asked).toEqual([]);
  });
});
