import { describe, expect, test } from 'vitest';
import { CloseFrameError, NotSentError } from '../../src/transport/errors.js';
import { eventually } from '../support/eventually.js';
import { closeBytes, type FrameParts, OP } from '../support/frame-bytes.js';
import { echo, idle, ROLES, Stage } from './stage.js';

const text = (payload: string): FrameParts => ({ opcode: OP.text, payload });
const close = (code?: number, reason = ''): FrameParts => ({ opcode: OP.close, payload: closeBytes(code, reason) });

/** Lets bytes on their way arrive: only to see that something does not happen. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const NOTHING = { frames: 0, bytes: 0 };

describe.each(ROLES)('the cause of a loss is in the report, of a connection that was %s', (role) => {
  // Raw ws reports a bare 1006 for either, and no error at all.
  test('a reset of TCP, with its errno', async () => {
    await using stage = await Stage.open(role, idle);
    await stage.connection();
    stage.peer.reset();
    expect(await stage.report()).toMatchObject({
      outcome: 'failed',
      trigger: 'socket-error',
      startedBy: 'network',
      phase: 'open',
      code: 1006,
      wasClean: false,
      cause: { code: 'ECONNRESET', syscall: 'read', errno: expect.any(Number) },
    });
  });

  test('a FIN without a Close', async () => {
    await using stage = await Stage.open(role, idle);
    await stage.connection();
    stage.peer.socket.end();
    const report = await stage.report();
    expect(report).toMatchObject({
      outcome: 'failed',
      trigger: 'socket-ended',
      startedBy: 'network',
      phase: 'open',
      code: 1006,
      wasClean: false,
    });
    expect(report.cause?.message).toContain('without a Close');
    expect(report).not.toHaveProperty('sent');
  });

  test('a reset in the middle of our closing handshake keeps what we had sent', async () => {
    await using stage = await Stage.open(role, idle);
    (await stage.connection()).close(4001, 'ours');
    await stage.peer.closed();
    stage.peer.reset();
    expect(await stage.report()).toMatchObject({
      outcome: 'failed',
      trigger: 'close-called',
      endedBy: 'socket-error',
      phase: 'open',
      startedBy: 'local',
      code: 4001,
      reason: 'ours',
      sent: { code: 4001, reason: 'ours' },
      cause: { code: 'ECONNRESET' },
    });
  });
});

describe.each(ROLES)(
  'our own code stays in the report, whatever the peer answers, of a connection that was %s',
  (role) => {
    // Raw ws reports the peer's: 1000 of those that echo loosely, 1006 of those that never answer.
    test.each<[string, FrameParts, { code: number; reason: string }]>([
      ['an exact echo', close(4001, 'ours'), { code: 4001, reason: 'ours' }],
      ['1000', close(1000), { code: 1000, reason: '' }],
      ['our code without the reason', close(4001), { code: 4001, reason: '' }],
      ['nothing', close(), { code: 1005, reason: '' }],
      ['a code of its own, at the same time', close(4002, 'theirs'), { code: 4002, reason: 'theirs' }],
    ])('%s', async (_name, answer, received) => {
      await using stage = await Stage.open(role, idle);
      (await stage.connection()).close(4001, 'ours');
      await stage.peer.closed();
      stage.peer.send(answer);
      stage.peer.socket.end();
      expect(await stage.report()).toMatchObject({
        outcome: 'closed',
        trigger: 'close-called',
        startedBy: 'local',
        code: 4001,
        reason: 'ours',
        sent: { code: 4001, reason: 'ours' },
        received,
        wasClean: true,
      });
    });

    test('no answer at all', async () => {
      await using stage = await Stage.open(role, idle, { limits: { closeWithinMs: 100 } });
      (await stage.connection()).close(4001, 'ours');
      await stage.peer.closed();
      stage.clock.advance(200);
      const report = await stage.report();
      expect(report).toMatchObject({
        outcome: 'failed',
        trigger: 'close-called',
        endedBy: 'close-deadline',
        phase: 'open',
        startedBy: 'local',
        code: 4001,
        reason: 'ours',
        sent: { code: 4001, reason: 'ours' },
        wasClean: false,
      });
      expect(report).not.toHaveProperty('received');
    });

    test('and the code of the peer that began stays as well', async () => {
      await using stage = await Stage.open(role, idle);
      await stage.connection();
      stage.peer.send(close(4002, 'theirs'));
      expect(await stage.peer.closed()).toBe(4002);
      stage.peer.socket.end();
      expect(await stage.report()).toMatchObject({
        outcome: 'closed',
        trigger: 'peer-closed',
        startedBy: 'peer',
        code: 4002,
        reason: 'theirs',
        wasClean: true,
      });
    });
  },
);

describe.each(ROLES)("a peer's fault is on the wire and in the report, of a connection that was %s", (role) => {
  // Raw ws sends the code, and reports 1006.
  test.each<[number, string, FrameParts]>([
    [1002, 'protocol-error', { opcode: 3 }],
    [1002, 'protocol-error', { opcode: OP.text, rsv: 4 }],
    [1002, 'protocol-error', { opcode: OP.close, payload: 'x' }],
    [1002, 'protocol-error', { opcode: OP.close, payload: closeBytes(1006) }],
    [1007, 'protocol-error', { opcode: OP.text, payload: Buffer.of(0xff) }],
    [1007, 'protocol-error', { opcode: OP.close, payload: closeBytes(1000, Buffer.of(0xff)) }],
    [1009, 'too-big', { opcode: OP.binary, announced: 2 ** 21 }],
  ])('%i, %s: %j', async (code, trigger, parts) => {
    await using stage = await Stage.open(role, idle);
    await stage.connection();
    stage.peer.send(parts);
    expect(await stage.peer.closed()).toBe(code);
    stage.peer.socket.end();
    const report = await stage.report();
    expect(report).toMatchObject({
      outcome: 'failed',
      trigger,
      startedBy: 'local',
      phase: 'open',
      code,
      sent: { code, reason: '' },
      wasClean: false,
    });
    expect(report.cause).toBeInstanceOf(Error);
  });

  test('a peer that neither reads that nor ends TCP is dropped at the deadline', async () => {
    await using stage = await Stage.open(role, idle, { limits: { closeWithinMs: 100 } });
    await stage.connection();
    stage.peer.send({ opcode: 3 });
    await stage.peer.ended();
    expect(stage.supervisor.endings).toEqual([]);
    stage.clock.advance(200);
    expect(await stage.report()).toMatchObject({ trigger: 'protocol-error', code: 1002 });
  });
});

describe.each(ROLES)('a Close that may not be sent leaves a connection that was %s as it was', (role) => {
  // Raw ws throws as well, and leaves a socket that is never closed.
  test.each<[string, number, string]>([
    ['1006', 1006, ''],
    ['1015', 1015, ''],
    ['1004', 1004, ''],
    ['2500', 2500, ''],
    ['5000', 5000, ''],
    ['no number', Number.NaN, ''],
    ['a reason of 124 bytes', 1000, 'ä'.repeat(62)],
  ])('%s', async (_name, code, reason) => {
    await using stage = await Stage.open(role, echo);
    const connection = await stage.connection();
    expect(() => connection.close(code, reason)).toThrow(CloseFrameError);
    expect(() => connection.close(code, reason)).toThrow(RangeError);
    expect(connection.state).toBe('open');
    stage.peer.send(text('still there'));
    await stage.peer.received(1);
    expect(stage.peer.texts()).toEqual(['still there']);
    connection.close(4001, 'ä'.repeat(61));
    expect(await stage.peer.closed()).toBe(4001);
  });
});

describe.each(ROLES)('after close a connection that was %s', (role) => {
  test("refuses every message, while its peer's messages still come", async () => {
    const texts: string[] = [];
    await using stage = await Stage.open(role, async (connection) => {
      for await (const frame of connection) texts.push(frame.data.toString());
    });
    const connection = await stage.connection();
    expect(connection.send('last')).toBe('taken');
    connection.close(4001);
    expect(connection.send('too late')).toBe('closed');
    await expect(connection.sendAndWait('too late')).rejects.toMatchObject({ name: 'NotSentError', fate: 'closed' });
    await expect(connection.sendAndWait('too late')).rejects.toBeInstanceOf(NotSentError);
    await stage.peer.closed();
    expect(stage.peer.texts()).toEqual(['last']);
    stage.peer.send(text('crossed it'), close(4001));
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ outcome: 'closed', framesOut: 1, framesIn: 1, unconfirmed: NOTHING });
    expect(texts).toEqual(['crossed it']);
  });

  test('is not closed again by a second call', async () => {
    await using stage = await Stage.open(role, idle);
    const connection = await stage.connection();
    connection.close(4001, 'first');
    connection.close(4002, 'second');
    await stage.peer.closed();
    stage.peer.send(close(4001));
    stage.peer.socket.end();
    expect(await stage.report()).toMatchObject({ code: 4001, reason: 'first' });
    expect(stage.peer.frames).toHaveLength(1);
  });
});

describe.each(ROLES)('a Close behind a backlog that the peer does not read, on a connection that was %s', (role) => {
  const FRAMES = 300;
  const PAYLOAD = Buffer.alloc(64 * 1024);

  test('ends at the deadline, and no lost message goes uncounted', async () => {
    await using stage = await Stage.open(role, idle, {
      limits: { closeWithinMs: 100, maxBufferedBytes: Number.POSITIVE_INFINITY },
    });
    const connection = await stage.connection();
    stage.peer.socket.pause();
    for (let i = 0; i < FRAMES; i++) expect(connection.send(PAYLOAD)).not.toBe('closed');
    await eventually(() => connection.bufferedBytes > 0);
    connection.close(4001);
    stage.clock.advance(200);
    const report = await stage.report();
    expect(report).toMatchObject({
      outcome: 'failed',
      trigger: 'close-called',
      endedBy: 'close-deadline',
      code: 4001,
      framesOut: FRAMES,
    });
    expect(report.unconfirmed.frames).toBeGreaterThan(0);
    expect(report.unconfirmed.frames).toBeLessThanOrEqual(FRAMES);
    expect(report.unconfirmed.bytes).toBe(report.unconfirmed.frames * PAYLOAD.length);
    stage.peer.socket.resume();
    await stage.peer.ended();
    expect(stage.peer.frames.length + report.unconfirmed.frames).toBeGreaterThanOrEqual(FRAMES);
  });
});

describe.each(ROLES)('a peer that keeps TCP open after both Closes, of a connection that was %s', (role) => {
  test.each([
    ['we closed', true],
    ['it closed', false],
  ])('%s: is dropped at the deadline, and the report is clean', async (_name, isOurs) => {
    await using stage = await Stage.open(role, idle, { limits: { closeWithinMs: 100 } });
    const connection = await stage.connection();
    if (isOurs) connection.close(4001);
    else stage.peer.send(close(4001));
    await stage.peer.closed();
    if (isOurs) stage.peer.send(close(4001));
    await eventually(() => connection.state === 'closing');
    await manyTurns();
    expect(stage.supervisor.endings).toEqual([]);
    stage.clock.advance(200);
    await stage.peer.ended();
    expect(await stage.report()).toMatchObject({
      outcome: 'closed',
      wasClean: true,
      code: 4001,
      sent: { code: 4001 },
      received: { code: 4001 },
    });
  });
});

test('a server ends TCP first, at once; a client waits for that (RFC 6455 section 7.1.1)', async () => {
  await using accepted = await Stage.open('accepted', idle);
  await accepted.connection();
  accepted.peer.send(close(4001));
  await accepted.peer.ended();
  await using dialed = await Stage.open('dialed', idle);
  await dialed.connection();
  dialed.peer.send(close(4001));
  await dialed.peer.closed();
  await manyTurns();
  expect(dialed.peer.hasEnded).toBe(false);
  dialed.peer.socket.end();
  await dialed.peer.ended();
  expect(await dialed.report()).toMatchObject({ outcome: 'closed' });
});
