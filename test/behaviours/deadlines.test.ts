/** Read deadlines, and deadlines on writes: messages, Pings, and the Close. */
import { describe, expect, test } from 'vitest';
import { openPair, ROLES } from '../support/raw-pair.js';
import { OPCODE } from '../support/raw-peer.js';

const DEADLINE = { name: 'DeadlineError', code: 'WIREKEEPER_DEADLINE' };

/** More than the kernel takes for a peer that does not read. */
const FLOOD = Buffer.alloc(32 * 2 ** 20);

describe.each(ROLES)('on a connection that was %s', (role) => {
  test('a read deadline rejects the wait, and the connection lives', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    await expect(pair.connection.receive({ withinMs: 5 })).rejects.toMatchObject(DEADLINE);
    expect(pair.connection.state).toBe('open');
    pair.peer.send(OPCODE.text, 'late, but not lost');
    expect((await pair.connection.receive({ withinMs: 5_000 }))?.data.toString()).toBe('late, but not lost');
  });

  test('a read deadline that a handler does not catch ends the connection with 1011, and says why', async () => {
    await using pair = await openPair(role, {
      handler: async (connection) => {
        await connection.receive({ withinMs: 5 });
      },
    });
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 1011 });
    pair.peer.sendClose(1011);
    pair.peer.socket.end();
    expect(await pair.connection.closed).toMatchObject({
      trigger: 'handler-threw',
      code: 1011,
      reason: '',
      cause: DEADLINE,
    });
  });

  test('a write deadline rejects the wait for a peer that does not read; the message is still on its way', async () => {
    await using pair = await openPair(role, {
      handler: (connection) => connection.closed,
      limits: { maxBufferedBytes: 2 ** 30 },
    });
    pair.peer.socket.pause();
    await expect(pair.connection.sendAndWait(FLOOD, { withinMs: 20 })).rejects.toMatchObject(DEADLINE);
    expect(pair.connection.state).toBe('open');
    pair.peer.socket.resume();
    expect((await pair.peer.nextFrame())?.payload).toHaveLength(FLOOD.length);
  });

  test('a Close that cannot be written, since the peer does not read, is given up at its deadline', async () => {
    await using pair = await openPair(role, {
      handler: (connection) => connection.closed,
      limits: { maxBufferedBytes: 2 ** 30, closeWithinMs: 50 },
    });
    pair.peer.socket.pause();
    pair.connection.send(FLOOD);
    pair.connection.close(1000, 'done');
    expect(await pair.connection.closed).toMatchObject({
      outcome: 'failed',
      code: 1000,
      phase: 'open',
      trigger: 'close-called',
      endedBy: 'close-deadline',
      unconfirmed: { frames: 1, bytes: FLOOD.length },
    });
  });

  test('a Ping that nothing answers in time ends the connection as lost', async () => {
    await using pair = await openPair(role, {
      handler: (connection) => connection.closed,
      liveness: { pingEveryMs: 10, answerWithinMs: 50 },
    });
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.ping });
    expect(await pair.connection.closed).toMatchObject({
      outcome: 'failed',
      code: 1006,
      startedBy: 'network',
      phase: 'open',
      trigger: 'liveness-lost',
    });
    expect(await pair.peer.nextFrame()).toBeUndefined();
  });
});
