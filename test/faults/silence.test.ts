import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import { eventually } from '../support/eventually.js';
import { closeBytes, OP } from '../support/frame-bytes.js';
import { settled } from '../support/settled.js';
import { echo, idle, ROLES, Stage } from './stage.js';

const LIVENESS = { pingEveryMs: 1000, answerWithinMs: 500 };

/** Lets time pass in steps, with room for bytes to come and go in between. */
async function pass(stage: Stage, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    stage.clock.advance(100);
    await settled();
  }
}

/** Answers every Ping there is so far. */
function answerPings(stage: Stage, answered: number): number {
  const pings = stage.peer.frames.filter(({ opcode }) => opcode === OP.ping);
  for (const { payload } of pings.slice(answered)) stage.peer.send({ opcode: OP.pong, payload });
  return pings.length;
}

describe.each(ROLES)('a peer that has fallen silent, of a connection that was %s', (role) => {
  // The kernel goes on taking bytes: bufferedAmount, and ours, stay 0.
  test('is found although everything sent to it seems to leave', async () => {
    await using stage = await Stage.open(role, idle, { liveness: LIVENESS });
    const connection = await stage.connection();
    for (let i = 0; i < 25; i++) {
      if (connection.state === 'open') connection.send('into the void');
      await pass(stage, 100);
    }
    const report = await stage.report();
    expect(report).toMatchObject({ outcome: 'failed', trigger: 'liveness-lost', startedBy: 'network', code: 1006 });
    // The peer may have read none of it.
    expect(report.unconfirmed.frames).toBe(report.framesOut);
    expect(report.unwritten).toBeUndefined();
    expect(stage.peer.frames.some(({ opcode }) => opcode === OP.ping)).toBe(true);
  });

  // The second Ping counted as bytes that the peer took, as soon as anything else was sent behind it.
  test('on Pings alone is found, although it talks and is answered', async () => {
    await using stage = await Stage.open(role, echo, { liveness: LIVENESS });
    const connection = await stage.connection();
    for (let passed = 0; passed < 2 * LIVENESS.pingEveryMs + LIVENESS.answerWithinMs + 100; passed += 100) {
      const { framesOut } = connection.toJSON();
      if (connection.state !== 'open') break;
      stage.peer.send({ opcode: OP.text, payload: 'talk' });
      await eventually(() => connection.toJSON().framesOut > framesOut || connection.state !== 'open');
      await pass(stage, 100);
    }
    expect(await stage.report()).toMatchObject({ trigger: 'liveness-lost', startedBy: 'network' });
  });

  test('in the middle of a frame is found', async () => {
    await using stage = await Stage.open(role, idle, { liveness: LIVENESS });
    const connection = await stage.connection();
    stage.peer.socket.write(stage.peer.framed({ opcode: OP.text, payload: 'only the beginning' }).subarray(0, 8));
    await settled();
    await pass(stage, 3000);
    expect(await stage.report()).toMatchObject({ trigger: 'liveness-lost', framesIn: 0 });
    expect(connection.state).toBe('failed');
  });

  test('is not found lost as long as it answers', async () => {
    await using stage = await Stage.open(role, idle, { liveness: LIVENESS });
    const connection = await stage.connection();
    let answered = 0;
    for (let i = 0; i < 100; i++) {
      await pass(stage, 100);
      answered = answerPings(stage, answered);
      await eventually(() => stage.peer.socket.writableLength === 0);
      await settled();
    }
    expect(answered).toBeGreaterThan(3);
    expect(connection.state).toBe('open');
  });
});

/** A handler that takes one frame, and the next when it is let. */
function slowHandler() {
  const parts = { texts: 0, release: (): void => {} };
  const handler = async (connection: Connection) => {
    for await (const _frame of connection) {
      parts.texts += 1;
      await new Promise<void>((resolve) => {
        parts.release = resolve;
      });
    }
  };
  return { parts, handler };
}

describe.each(ROLES)('a handler that is behind, on a connection that was %s', (role) => {
  const LIMITS = { readAheadBytes: 1000, pausedWithinMs: Number.POSITIVE_INFINITY, closeWithinMs: 1000 };
  const flood = (stage: Stage) =>
    stage.peer.send(...Array.from({ length: 50 }, () => ({ opcode: OP.binary, payload: Buffer.alloc(500) })));

  // A paused socket sees no Pong: that is our silence, not the peer's.
  test('does not make its peer seem lost', async () => {
    const { handler } = slowHandler();
    await using stage = await Stage.open(role, handler, { liveness: LIVENESS, limits: LIMITS });
    const connection = await stage.connection();
    flood(stage);
    await eventually(() => connection.toJSON().framesIn > 0);
    let answered = 0;
    for (let i = 0; i < 50; i++) {
      await pass(stage, 100);
      answered = answerPings(stage, answered);
    }
    expect(answered).toBeGreaterThan(0);
    expect(connection.state).toBe('open');
  });

  // A paused socket would not see the peer's Close either.
  test('does not keep a closing handshake from its end', async () => {
    const { handler } = slowHandler();
    await using stage = await Stage.open(role, handler, { limits: LIMITS });
    const connection = await stage.connection();
    flood(stage);
    await eventually(() => connection.toJSON().framesIn > 0);
    connection.close(4001);
    expect(await stage.peer.closed()).toBe(4001);
    stage.peer.send({ opcode: OP.close, payload: closeBytes(4001) });
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ outcome: 'closed', wasClean: true, code: 4001 });
  });

  test('is ended with 1011 when it leaves its socket paused too long', async () => {
    const { handler } = slowHandler();
    await using stage = await Stage.open(role, handler, { limits: { ...LIMITS, pausedWithinMs: 1000 } });
    const connection = await stage.connection();
    flood(stage);
    await eventually(() => connection.toJSON().framesIn > 0);
    stage.clock.advance(1100);
    expect(await stage.peer.closed()).toBe(1011);
    stage.peer.send({ opcode: OP.close, payload: closeBytes(1011) });
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ trigger: 'slow-handler', code: 1011, outcome: 'closed' });
  });

  test('gets every frame in the end, those of a peer that has left included', async () => {
    const { parts, handler } = slowHandler();
    await using stage = await Stage.open(role, handler, { limits: LIMITS });
    await stage.connection();
    flood(stage);
    stage.peer.send({ opcode: OP.close, payload: closeBytes(4000) });
    stage.peer.socket.end();
    for (let i = 1; i <= 50; i++) {
      await eventually(() => parts.texts === i, `frame ${i}`);
      parts.release();
    }
    expect(await stage.report()).toMatchObject({ outcome: 'closed', code: 4000, framesIn: 50 });
  });
});
