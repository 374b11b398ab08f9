/** A closing handshake with a deadline that drains inbound until the peer's Close. */
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import { openPair, ROLES } from '../support/raw-pair.js';
import { OPCODE } from '../support/raw-peer.js';

const CLOSE_WITHIN_MS = 100;

describe.each(ROLES)('on a connection that was %s', (role) => {
  /** A handler that records its frames, and closes on request. */
  const noting = (received: string[]) => async (connection: Connection) => {
    for await (const { data } of connection) {
      received.push(data.toString());
      if (data.toString() === 'close!') connection.close(4001, 'asked to');
    }
    return connection.closed;
  };

  test('frames of a late closer are delivered until its Close', async () => {
    const received: string[] = [];
    await using pair = await openPair(role, { handler: noting(received) });
    pair.peer.send(OPCODE.text, 'close!');
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 4001 });
    for (const late of ['late', 'later', 'last']) pair.peer.send(OPCODE.text, late);
    expect(pair.connection.state).toBe('closing');
    pair.peer.sendClose(4002, 'mine');
    pair.peer.socket.end();
    const report = await pair.connection.closed;
    expect(received).toEqual(['close!', 'late', 'later', 'last']);
    expect(report).toMatchObject({
      outcome: 'closed',
      wasClean: true,
      trigger: 'close-called',
      startedBy: 'local',
      code: 4001,
      sent: { code: 4001, reason: 'asked to' },
      received: { code: 4002, reason: 'mine' },
      framesIn: 4,
    });
  });

  test('a Close without payload is sent by close(1005), and only by that', async () => {
    await using pair = await openPair(role, { handler: (connection) => connection.closed });
    expect(() => pair.connection.close(1005, 'x')).toThrow(RangeError);
    pair.connection.close(1005);
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, payload: Buffer.alloc(0) });
    pair.peer.sendClose(1000, '');
    pair.peer.socket.end();
    expect(await pair.connection.closed).toMatchObject({
      outcome: 'closed',
      code: 1005,
      reason: '',
      trigger: 'close-called',
      sent: { code: 1005, reason: '' },
      received: { code: 1000, reason: '' },
    });
  });

  test('what was taken before the Close is sent before it, and nothing is taken after it', async () => {
    const results: string[] = [];
    await using pair = await openPair(role, {
      handler: async (connection) => {
        results.push(connection.send('before'));
        connection.close();
        results.push(connection.send('after'));
        return connection.closed;
      },
    });
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.text, payload: Buffer.from('before') });
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 1000 });
    expect(results).toEqual(['taken', 'closed']);
  });

  test('a Ping is answered until the peer has closed', async () => {
    await using pair = await openPair(role, { handler: () => {} });
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close });
    pair.peer.send(OPCODE.ping, 'still there?');
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.pong, payload: Buffer.from('still there?') });
  });

  test('a peer that never answers the Close is dropped at the deadline', async () => {
    await using pair = await openPair(role, {
      handler: () => ({ code: 1000, reason: 'done' }),
      limits: { closeWithinMs: CLOSE_WITHIN_MS },
    });
    const startedAt = performance.now();
    const report = await pair.connection.closed;
    expect(report).toMatchObject({
      outcome: 'failed',
      phase: 'open',
      trigger: 'handler-returned',
      endedBy: 'close-deadline',
      startedBy: 'local',
      code: 1000,
      reason: 'done',
      wasClean: false,
      sent: { code: 1000, reason: 'done' },
    });
    expect(report).not.toHaveProperty('received');
    // Timers may fire a millisecond early, and the Close went out before the peer was handed out.
    expect(performance.now() - startedAt).toBeGreaterThan(CLOSE_WITHIN_MS / 2);
    expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close });
    expect(await pair.peer.nextFrame()).toBeUndefined();
  });

  test('a peer that goes on sending does not put the deadline off', async () => {
    await using pair = await openPair(role, { handler: () => {}, limits: { closeWithinMs: CLOSE_WITHIN_MS } });
    const chatter = setInterval(() => pair.peer.send(OPCODE.text, 'and another thing'), 1);
    const report = await pair.connection.closed;
    clearInterval(chatter);
    expect(report).toMatchObject({ outcome: 'failed', trigger: 'handler-returned', endedBy: 'close-deadline' });
  });
});

test('an accepted connection ends TCP as soon as both Close frames have crossed', async () => {
  await using pair = await openPair('accepted', { handler: (connection) => connection.closed });
  pair.peer.sendClose(1000);
  expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 1000 });
  expect(await pair.peer.nextFrame()).toBeUndefined();
});

test('a dialed connection waits for the server to end TCP', async () => {
  await using pair = await openPair('dialed', { handler: (connection) => connection.closed });
  pair.peer.sendClose(1000);
  expect(await pair.peer.nextFrame()).toMatchObject({ opcode: OPCODE.close, code: 1000 });
  expect(pair.connection.state).toBe('closing');
  pair.peer.socket.end();
  expect(await pair.connection.closed).toMatchObject({ outcome: 'closed', wasClean: true });
});

test('a server that never ends TCP is dropped at the deadline; both Close frames have crossed all the same', async () => {
  await using pair = await openPair('dialed', {
    handler: (connection) => connection.closed,
    limits: { closeWithinMs: CLOSE_WITHIN_MS },
  });
  pair.peer.sendClose(1000, 'bye');
  expect(await pair.connection.closed).toMatchObject({
    outcome: 'closed',
    wasClean: true,
    code: 1000,
    startedBy: 'peer',
    trigger: 'peer-closed',
  });
});
