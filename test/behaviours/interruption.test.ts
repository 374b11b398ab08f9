/** The caller's interruption (AbortSignal) of a connection that waits for a frame. */
import { getEventListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openPair, ROLES } from '../support/raw-pair.js';
import { OPCODE } from '../support/raw-peer.js';

describe.each(ROLES)('on a connection that was %s', (role) => {
  test("an abort rejects the wait with the signal's reason; the connection lives, and no frame is lost", async () => {
    const interruption = new AbortController();
    const reason = new Error('the caller has changed its mind');
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    const waiting = pair.connection.receive({ signal: interruption.signal });
    interruption.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(pair.connection.state).toBe('open');
    pair.peer.send(OPCODE.text, 'after the interruption');
    expect((await pair.connection.receive())?.data.toString()).toBe('after the interruption');
  });

  test('a signal that has aborted already takes no frame away', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.peer.send(OPCODE.text, 'first');
    await expect(pair.connection.receive({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect((await pair.connection.receive())?.data.toString()).toBe('first');
  });

  test('waits that have ended leave no listener on the signal', async () => {
    const { signal } = new AbortController();
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.peer.send(OPCODE.text, 'a');
    await pair.connection.receive({ signal });
    await expect(pair.connection.receive({ signal, withinMs: 1 })).rejects.toMatchObject({
      code: 'WIREKEEPER_DEADLINE',
    });
    const last = pair.connection.receive({ signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    pair.connection.terminate();
    expect(await last).toBeUndefined();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test("the supervisor's signal ends a handler that waits for a frame, with a closing handshake", async () => {
    const interruption = new AbortController();
    let received: unknown = 'still waiting';
    await using pair = await openPair(role, {
      signal: interruption.signal,
      handler: async (connection) => {
        received = await connection.receive();
      },
    });
    interruption.abort();
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 1001 });
    pair.peer.sendClose(1001);
    pair.peer.socket.end();
    expect(await pair.connection.closed).toMatchObject({
      outcome: 'closed',
      code: 1001,
      trigger: 'supervisor-stopped',
    });
    await pair.supervisor.ended;
    await expect.poll(() => received).toBeUndefined();
  });

  test("connection.signal interrupts whatever else a handler waits for, when the peer's socket is lost", async () => {
    let interrupted: unknown;
    await using pair = await openPair(role, {
      handler: async ({ signal }) => {
        await wait(2 ** 30, undefined, { signal }).catch((error: unknown) => {
          interrupted = error;
        });
      },
    });
    pair.peer.socket.destroy();
    await pair.connection.closed;
    await expect.poll(() => interrupted).toMatchObject({ name: 'AbortError', cause: { code: 'WIREKEEPER_ENDED' } });
  });
});
