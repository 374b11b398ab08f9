import { describe, expect, test } from 'vitest';
import { accepted, dialed } from '../../support/a-connection.js';

describe('closeReceived', () => {
  test("resolves with the peer's Close before the socket's end, when the connection is closing", async () => {
    const { wire, connection } = accepted();
    const received = connection.closeReceived;
    wire.emitClosing(4003, 'no more');
    expect(await received).toEqual({ code: 4003, reason: 'no more' });
    expect([connection.state, connection.report]).toEqual(['closing', undefined]);
    wire.emitClosed();
  });

  test('resolves with the answer to our own Close', async () => {
    const { wire, connection } = accepted();
    connection.close(4001);
    wire.emitClosing(1000);
    expect(await connection.closeReceived).toEqual({ code: 1000, reason: '' });
  });

  test('resolves with nothing when the connection ends without one', async () => {
    const { wire, connection } = accepted();
    const before = connection.closeReceived;
    wire.emitClosed({ kind: 'socket-ended' });
    expect(await before).toBeUndefined();
    expect(connection.closeReceived).toBe(before);
  });

  test('may be asked for when the Close has come, and after the end', async () => {
    const { wire, connection } = dialed();
    wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    wire.emitClosing(1001, 'going');
    wire.emitClosed({ received: { code: 1001, reason: 'going' } });
    expect(await connection.closeReceived).toEqual({ code: 1001, reason: 'going' });
    const other = accepted();
    other.wire.emitClosed({ kind: 'socket-ended' });
    expect(await other.connection.closeReceived).toBeUndefined();
  });
});
