import { describe, expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import type { CloseReport, CloseTrigger, EndedBy } from '../../../src/transport/close-report.js';
import { accepted, dialed } from '../../support/a-connection.js';
import { aParent } from '../../support/a-parent.js';
import { settled } from '../../support/settled.js';

const opened = { type: 'wire.opened', protocol: '', remoteAddress: undefined } as const;
const sent = { code: 1000, reason: '' };

/** Every trigger, how it comes about, and what the report says of it. */
const ENDINGS: readonly (readonly [CloseTrigger, () => CloseReport | Promise<CloseReport>, Partial<CloseReport>])[] = [
  [
    'close-called',
    () => {
      const { wire, connection } = accepted();
      connection.close(4001, 'bye');
      wire.emitClosing(1000);
      wire.emitClosed({ sent: { code: 4001, reason: 'bye' }, received: sent });
      return report(connection);
    },
    { outcome: 'closed', code: 4001, reason: 'bye', startedBy: 'local', phase: 'open', wasClean: true, received: sent },
  ],
  [
    'handler-returned',
    async () => {
      const { wire, connection } = accepted({ handler: async () => ({ code: 4002, reason: 'done' }) });
      await settled();
      wire.emitClosing(4002, 'done');
      wire.emitClosed();
      return report(connection);
    },
    { code: 4002, reason: 'done', startedBy: 'local', phase: 'open' },
  ],
  [
    'handler-threw',
    () => {
      const { wire, connection } = accepted({
        handler: () => {
          throw new Error('bug');
        },
      });
      wire.emitClosing(1011);
      wire.emitClosed();
      return report(connection);
    },
    { code: 1011, reason: '', startedBy: 'local', cause: new Error('bug'), handlerError: new Error('bug') },
  ],
  [
    'peer-closed',
    () => {
      const { wire, connection } = accepted();
      wire.emitClosing(4003, 'theirs');
      wire.emitClosed({ sent, received: { code: 4003, reason: 'theirs' } });
      return report(connection);
    },
    { outcome: 'closed', code: 4003, reason: 'theirs', startedBy: 'peer', phase: 'open', wasClean: true },
  ],
  [
    'refused',
    () => {
      const { wire, connection } = dialed();
      wire.emitClosed({ kind: 'refused', httpStatus: 503, retryAfterMs: 2000, cause: new Error('503') });
      return report(connection);
    },
    {
      outcome: 'failed',
      code: 1006,
      startedBy: 'peer',
      phase: 'connecting',
      httpStatus: 503,
      retryAfterMs: 2000,
      wasClean: false,
    },
  ],
  [
    'dial-failed',
    () => {
      const { wire, connection } = dialed();
      wire.emitClosed({ kind: 'dial-failed', cause: new Error('ECONNREFUSED') });
      return report(connection);
    },
    { outcome: 'failed', code: 1006, startedBy: 'network', phase: 'connecting', cause: new Error('ECONNREFUSED') },
  ],
  [
    'called-off',
    () => {
      const { wire, connection } = dialed();
      connection.close();
      expect(wire.asked).toEqual(['terminate']);
      wire.emitClosed({ kind: 'dial-failed', cause: new Error('called off') });
      return report(connection);
    },
    { outcome: 'closed', code: 1006, startedBy: 'local', phase: 'connecting' },
  ],
  [
    'open-deadline',
    () => {
      const { parent, wire, connection } = dialed({ limits: { openWithinMs: 100 } });
      parent.clock.advance(120);
      expect(wire.asked).toEqual(['terminate']);
      wire.emitClosed({ kind: 'dial-failed' });
      return report(connection);
    },
    { outcome: 'failed', code: 1006, startedBy: 'local', phase: 'connecting' },
  ],
  [
    'liveness-lost',
    async () => {
      const { parent, wire, connection } = accepted({ liveness: { pingEveryMs: 1000, answerWithinMs: 100 } });
      await parent.clock.advanceAsync(2500);
      expect(wire.asked).toEqual(['ping', 'terminate']);
      wire.emitClosed({ kind: 'terminated' });
      return report(connection);
    },
    { outcome: 'failed', code: 1006, startedBy: 'network', phase: 'open' },
  ],
  [
    'idle',
    () => {
      const { parent, wire, connection } = accepted({ limits: { idleWithinMs: 1000 } });
      parent.clock.advance(1300);
      expect(wire.asked).toEqual(['close 1000 idle']);
      wire.emitClosing(1000);
      wire.emitClosed();
      return report(connection);
    },
    { code: 1000, startedBy: 'local' },
  ],
  [
    'quiet',
    () => {
      const { parent, wire, connection } = accepted({ limits: { quietWithinMs: 1000 } });
      connection.send('news of ours');
      parent.clock.advance(1300);
      expect(wire.asked).toEqual(['close 1008 quiet']);
      wire.emitClosing(1008);
      wire.emitClosed();
      return report(connection);
    },
    { code: 1008, startedBy: 'local' },
  ],
  [
    'expired',
    () => {
      const { parent, wire, connection } = accepted();
      connection.renew(parent.clock.wallNow() + 1000);
      parent.clock.advance(1100);
      expect(wire.asked).toEqual(['close 3000 credential expired']);
      wire.emitClosing(3000);
      wire.emitClosed();
      return report(connection);
    },
    { code: 3000, startedBy: 'local' },
  ],
  [
    'slow-peer',
    () => {
      const { wire, connection } = accepted({ limits: { maxBufferedBytes: 100, highWaterMark: 10 } });
      wire.bufferedBytes = 99;
      expect(connection.send('two')).toBe('dropped');
      expect(wire.asked).toEqual(['flush', 'discard', 'close 1013 peer reads too slowly']);
      wire.emitClosing(1013);
      wire.emitClosed();
      return report(connection);
    },
    { code: 1013, startedBy: 'local' },
  ],
  [
    'slow-handler',
    () => {
      const { parent, wire, connection } = accepted({ limits: { readAheadBytes: 2, pausedWithinMs: 1000 } });
      wire.deliver('x'.repeat(33));
      expect(wire.isPaused).toBe(true);
      parent.clock.advance(1100);
      expect(wire.asked).toContain('close 1011 handler too slow');
      expect(wire.isPaused).toBe(false);
      wire.emitClosing(1011);
      wire.emitClosed();
      return report(connection);
    },
    { code: 1011, startedBy: 'local' },
  ],
  [
    'protocol-error',
    () => {
      const { wire, connection } = accepted();
      wire.emit({
        type: 'wire.failed',
        fault: 'protocol-error',
        sent: { code: 1002, reason: '' },
        cause: new Error('RSV1'),
      });
      expect(wire.asked).toEqual(['end']);
      wire.emitClosed({ kind: 'socket-ended', sent: { code: 1002, reason: '' } });
      return report(connection);
    },
    {
      outcome: 'failed',
      code: 1002,
      startedBy: 'local',
      phase: 'open',
      cause: new Error('RSV1'),
      sent: { code: 1002, reason: '' },
    },
  ],
  [
    'too-big',
    () => {
      const { wire, connection } = accepted();
      wire.emit({ type: 'wire.failed', fault: 'too-big', sent: { code: 1009, reason: '' }, cause: new Error('2 MiB') });
      wire.emitClosed({ kind: 'socket-ended', sent: { code: 1009, reason: '' } });
      return report(connection);
    },
    { outcome: 'failed', code: 1009, startedBy: 'local' },
  ],
  [
    'limit',
    () => {
      const { wire, connection } = accepted();
      wire.emit({
        type: 'wire.failed',
        fault: 'limit',
        sent: { code: 1008, reason: '' },
        cause: new Error('fragments'),
      });
      wire.emitClosed({ kind: 'socket-ended', sent: { code: 1008, reason: '' } });
      return report(connection);
    },
    { outcome: 'failed', code: 1008, startedBy: 'local' },
  ],
  [
    'socket-error',
    () => {
      const { wire, connection } = accepted();
      wire.emitClosed({ kind: 'socket-error', cause: new Error('ECONNRESET'), unconfirmed: { frames: 2, bytes: 20 } });
      return report(connection);
    },
    {
      outcome: 'failed',
      code: 1006,
      startedBy: 'network',
      phase: 'open',
      cause: new Error('ECONNRESET'),
      unconfirmed: { frames: 2, bytes: 20 },
    },
  ],
  [
    'socket-ended',
    () => {
      const { wire, connection } = accepted();
      wire.emit({ type: 'wire.failed', fault: 'socket-ended', cause: new Error('FIN') });
      wire.emitClosed({ kind: 'socket-ended' });
      return report(connection);
    },
    { outcome: 'failed', code: 1006, startedBy: 'network', phase: 'open', cause: new Error('FIN') },
  ],
  [
    'terminated',
    () => {
      const { wire, connection } = accepted();
      connection.terminate();
      expect(wire.asked).toEqual(['terminate']);
      wire.emitClosed({ kind: 'terminated' });
      return report(connection);
    },
    { outcome: 'failed', code: 1006, startedBy: 'local', phase: 'open' },
  ],
  [
    'drained',
    () => {
      const { wire, connection } = accepted();
      connection.closeFor('drained', 1012, 'retry-after-ms=5');
      wire.emitClosing(1012);
      wire.emitClosed();
      return report(connection);
    },
    { code: 1012, reason: 'retry-after-ms=5', startedBy: 'local' },
  ],
  [
    'supervisor-stopped',
    () => {
      const { wire, connection } = dialed();
      connection.closeFor('supervisor-stopped', 1001, '');
      wire.emitClosed({ kind: 'dial-failed' });
      return report(connection);
    },
    { outcome: 'closed', code: 1006, startedBy: 'local', phase: 'connecting' },
  ],
];

function report(connection: ConnectionActor): CloseReport {
  if (connection.report === undefined) throw new Error('no report');
  return connection.report;
}

describe('every ending', () => {
  test.each(ENDINGS)('%s', async (trigger, bringAbout, expected) => {
    expect(await bringAbout()).toMatchObject({ trigger, ...expected });
  });

  test('each trigger has its row', () => {
    expect(new Set(ENDINGS.map(([trigger]) => trigger)).size).toBe(22);
  });
});

/** Whatever makes this side close an open connection, with its code. */
const CLOSE_CAUSES: readonly (readonly [CloseTrigger, (scene: ReturnType<typeof accepted>) => void, number])[] = [
  ['close-called', ({ connection }) => connection.close(4001, 'bye'), 4001],
  ['handler-returned', ({ connection }) => connection.handlerReturned({ code: 4002 }), 4002],
  ['handler-threw', ({ connection }) => connection.handlerThrew(new Error('boom')), 1011],
  ['idle', ({ connection }) => connection.closeFor('idle', 1000, 'idle'), 1000],
  ['quiet', ({ connection }) => connection.closeFor('quiet', 1008, 'quiet'), 1008],
  ['expired', ({ connection }) => connection.closeFor('expired', 3000, ''), 3000],
  ['slow-peer', ({ connection }) => connection.closeFor('slow-peer', 1013, ''), 1013],
  ['slow-handler', ({ connection }) => connection.closeFor('slow-handler', 1011, ''), 1011],
  ['frame-deadline', ({ connection }) => connection.closeFor('frame-deadline', 1008, ''), 1008],
  ['too-fast', ({ connection }) => connection.closeFor('too-fast', 1008, ''), 1008],
  ['memory', ({ connection }) => connection.closeFor('memory', 1013, ''), 1013],
  ['drained', ({ connection }) => connection.closeFor('drained', 1012, ''), 1012],
  ['supervisor-stopped', ({ connection }) => connection.closeFor('supervisor-stopped', 1001, ''), 1001],
];

/** Whatever cuts a closing handshake short. */
const CUTS: readonly (readonly [EndedBy, (scene: ReturnType<typeof accepted>) => void])[] = [
  ['close-deadline', ({ parent }) => parent.clock.advance(120)],
  ['liveness-lost', ({ connection }) => connection.dispatch({ type: 'liveness.lost' })],
  [
    'protocol-error',
    ({ wire }) => wire.emit({ type: 'wire.failed', fault: 'protocol-error', cause: new Error('RSV1') }),
  ],
  ['too-big', ({ wire }) => wire.emit({ type: 'wire.failed', fault: 'too-big', cause: new Error('2 MiB') })],
  ['limit', ({ wire }) => wire.emit({ type: 'wire.failed', fault: 'limit', cause: new Error('fragments') })],
  ['socket-error', ({ wire }) => wire.emitClosed({ kind: 'socket-error', cause: new Error('ECONNRESET') })],
  ['socket-ended', ({ wire }) => wire.emit({ type: 'wire.failed', fault: 'socket-ended', cause: new Error('FIN') })],
  ['terminated', ({ connection }) => connection.terminate()],
  ['drained', ({ connection }) => connection.terminateFor('drained')],
  ['supervisor-stopped', ({ connection }) => connection.terminateFor('supervisor-stopped')],
];

describe('a closing handshake that is cut short', () => {
  describe.each(CLOSE_CAUSES)('begun by %s', (trigger, begin, code) => {
    test.each(CUTS)(
      'and cut short by %s: the report keeps what began it, and says what cut it short beside that',
      (endedBy, cut) => {
        const scene = accepted({ limits: { closeWithinMs: 100 } });
        begin(scene);
        cut(scene);
        scene.wire.emitClosed({ kind: 'terminated' });
        expect(report(scene.connection)).toMatchObject({
          outcome: 'failed',
          trigger,
          endedBy,
          code,
          phase: 'open',
          startedBy: 'local',
          wasClean: false,
        });
      },
    );
  });

  test('a crashed handler stays the cause, whatever fails after it', () => {
    const scene = accepted();
    const boom = new Error('boom');
    scene.connection.handlerThrew(boom);
    scene.wire.emitClosed({ kind: 'socket-error', cause: new Error('ECONNRESET') });
    expect(report(scene.connection)).toMatchObject({ cause: boom, handlerError: boom });
  });

  test('after both Close frames crossed the verdict stands', () => {
    const { wire, connection } = accepted();
    connection.close(4001, 'bye');
    wire.emitClosing(4001);
    connection.terminate();
    wire.emitClosed({ kind: 'closed', sent, received: sent });
    expect(report(connection)).toMatchObject({
      outcome: 'closed',
      trigger: 'close-called',
      phase: 'open',
      wasClean: true,
    });
    expect(report(connection)).not.toHaveProperty('endedBy');
  });
});

test('a second close changes nothing', () => {
  const { wire, connection } = accepted();
  connection.close(4001, 'first');
  connection.close(4002, 'second');
  wire.emitClosing(4001);
  wire.emitClosed();
  expect(wire.asked).toEqual(['close 4001 first']);
  expect(report(connection)).toMatchObject({ code: 4001, reason: 'first' });
});

test('the wire is given closeWithinMs to end after a fault, then it is dropped', () => {
  const { parent, wire } = accepted({ limits: { closeWithinMs: 100 } });
  wire.emit({
    type: 'wire.failed',
    fault: 'protocol-error',
    sent: { code: 1002, reason: '' },
    cause: new Error('RSV1'),
  });
  parent.clock.advance(120);
  expect(wire.asked).toEqual(['end', 'terminate']);
});

test('a dialed connection starts its handler when it opens, and not before', () => {
  let runs = 0;
  const { wire, connection } = dialed({
    handler: () => {
      runs += 1;
    },
  });
  expect([connection.state, runs]).toEqual(['connecting', 0]);
  wire.emit(opened);
  expect(runs).toBe(1);
});

test('a dial without a wire that is called off has its report as well', async () => {
  const parent = aParent();
  const connection = new ConnectionActor({ id: 'c1', parent, role: 'dialed', epoch: 1 });
  connection.start();
  connection.close();
  expect((await connection.closed).trigger).toBe('called-off');
  expect(parent.live).toEqual({ connecting: 0, open: 0, closing: 0 });
});
