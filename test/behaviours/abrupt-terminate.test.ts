/** An abrupt terminate, against a closing handshake. */
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import { openPair, ROLES } from '../support/raw-pair.js';
import { OPCODE } from '../support/raw-peer.js';

describe.each(ROLES)('terminate on a connection that was %s', (role) => {
  test('drops TCP without a Close frame', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.connection.terminate();
    expect(await pair.peer.nextFrame()).toBeUndefined();
    const report = await pair.connection.closed;
    expect(report).toMatchObject({
      outcome: 'failed',
      code: 1006,
      reason: '',
      startedBy: 'local',
      phase: 'open',
      trigger: 'terminated',
      wasClean: false,
    });
    expect(report).not.toHaveProperty('sent');
    expect(report).not.toHaveProperty('received');
  });

  test('waits for nothing: the connection has failed when it returns', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.connection.terminate();
    expect(pair.connection.state).toBe('failed');
    expect(pair.connection.send('too late')).toBe('closed');
  });

  test('wakes a handler that waits for a frame, and its signal has aborted by then', async () => {
    let woken: { frame: unknown; aborted: boolean } | undefined;
    await using pair = await openPair(role, {
      handler: async (connection) => {
        const frame = await connection.receive();
        woken = { frame, aborted: connection.signal.aborted };
      },
    });
    pair.connection.terminate();
    await pair.connection.closed;
    await expect.poll(() => woken).toEqual({ frame: undefined, aborted: true });
  });

  test('cuts a closing handshake short; who began it and with which code stays', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.connection.close(4001, 'mine');
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 4001 });
    pair.connection.terminate();
    expect(await pair.connection.closed).toMatchObject({
      outcome: 'failed',
      phase: 'open',
      trigger: 'close-called',
      endedBy: 'terminated',
      startedBy: 'local',
      code: 4001,
      reason: 'mine',
    });
  });

  test('a second one changes nothing', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    pair.connection.terminate();
    const report = await pair.connection.closed;
    pair.connection.terminate();
    pair.connection.close(4000);
    expect(pair.connection.report).toBe(report);
    expect(pair.supervisor.endings).toEqual([report]);
  });
});

/** More than the kernel takes for a peer that does not read. */
const FLOOD = Buffer.alloc(32 * 2 ** 20);

describe.each(ROLES)('what terminate cuts off on a connection that was %s', (role) => {
  const silent = { handler: (connection: Connection) => connection.closed, limits: { maxBufferedBytes: 2 ** 30 } };

  test('is counted message by message in the report', async () => {
    await using pair = await openPair(role, silent);
    pair.peer.socket.pause();
    const quarter = FLOOD.subarray(0, FLOOD.length / 4);
    for (let sent = 0; sent < 4; sent += 1) pair.connection.send(quarter);
    // The first of them has been given to the socket by now, and waits there.
    await new Promise((resolve) => setImmediate(resolve));
    pair.connection.terminate();
    expect(await pair.connection.closed).toMatchObject({
      framesOut: 4,
      unconfirmed: { frames: 4, bytes: FLOOD.length },
    });
  });

  test('is reported to the sender that waits for it', async () => {
    await using pair = await openPair(role, silent);
    pair.peer.socket.pause();
    const sent = pair.connection.sendAndWait(FLOOD);
    await new Promise((resolve) => setImmediate(resolve));
    pair.connection.terminate();
    await expect(sent).rejects.toMatchObject({ code: 'WIREKEEPER_NOT_SENT', fate: 'unknown' });
  });
});
