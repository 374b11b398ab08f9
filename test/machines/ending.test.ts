import { describe, expect, test } from 'vitest';
import type { ConnectionEvent } from '../../src/machines/connection-machine.js';
import { type CloseCause, causeAfter, closeCauseOf, cutShort, keptError, reportOf } from '../../src/machines/ending.js';
import type { CloseTrigger, EndedBy } from '../../src/transport/close-report.js';
import type { WireEnd } from '../../src/transport/wire-fact.js';
import { FakeWire } from '../support/fake-wire.js';

const NOTHING = { frames: 0, bytes: 0 };
const boom = new Error('boom');

const closedBy = (end: Partial<WireEnd>): ConnectionEvent => ({
  type: 'wire.closed',
  end: { kind: 'closed', unconfirmed: NOTHING, ...end },
});

describe('the cause of an ending', () => {
  test.each<[ConnectionEvent, Partial<CloseCause>]>([
    [
      { type: 'close', code: 4001, reason: 'bye', trigger: 'idle' },
      { trigger: 'idle', startedBy: 'local', code: 4001, reason: 'bye' },
    ],
    [
      { type: 'terminate', trigger: 'terminated' },
      { trigger: 'terminated', startedBy: 'local', code: 1006 },
    ],
    [
      { type: 'handler.returned', code: 4002, reason: 'done' },
      { trigger: 'handler-returned', startedBy: 'local', code: 4002, reason: 'done' },
    ],
    [
      { type: 'handler.threw', error: boom },
      { trigger: 'handler-threw', startedBy: 'local', code: 1011, reason: '', cause: boom },
    ],
    [
      { type: 'wire.closing', received: { code: 4003, reason: 'theirs' } },
      { trigger: 'peer-closed', startedBy: 'peer', code: 4003, reason: 'theirs' },
    ],
    [
      { type: 'wire.failed', fault: 'too-big', sent: { code: 1009, reason: '' }, cause: boom },
      { trigger: 'too-big', startedBy: 'local', code: 1009, cause: boom },
    ],
    [
      { type: 'wire.failed', fault: 'socket-ended', cause: boom },
      { trigger: 'socket-ended', startedBy: 'network', code: 1006, cause: boom },
    ],
    [
      closedBy({ kind: 'socket-error', cause: boom }),
      { trigger: 'socket-error', startedBy: 'network', code: 1006, cause: boom },
    ],
    [closedBy({ kind: 'socket-ended' }), { trigger: 'socket-ended', startedBy: 'network', code: 1006 }],
    [closedBy({ kind: 'terminated' }), { trigger: 'terminated', startedBy: 'local', code: 1006 }],
    [closedBy({ kind: 'refused', httpStatus: 403 }), { trigger: 'refused', startedBy: 'peer', code: 1006 }],
    [
      closedBy({ kind: 'dial-failed', cause: boom }),
      { trigger: 'dial-failed', startedBy: 'network', code: 1006, cause: boom },
    ],
    [
      closedBy({ kind: 'proxy-refused', httpStatus: 407, cause: boom }),
      { trigger: 'proxy-refused', startedBy: 'network', code: 1006, cause: boom },
    ],
    [{ type: 'liveness.lost' }, { trigger: 'liveness-lost', startedBy: 'network', code: 1006 }],
    [{ type: 'deadline.open' }, { trigger: 'open-deadline', startedBy: 'local', code: 1006 }],
  ])('%j', (event, expected) => {
    expect(closeCauseOf('open', event)).toMatchObject({ phase: 'open', ...expected });
  });

  test.each<[ConnectionEvent, CloseTrigger]>([
    [{ type: 'close', code: 1000, reason: 'x', trigger: 'close-called' }, 'called-off'],
    [{ type: 'close', code: 1001, reason: 'x', trigger: 'supervisor-stopped' }, 'supervisor-stopped'],
    [{ type: 'terminate', trigger: 'terminated' }, 'called-off'],
    [{ type: 'terminate', trigger: 'supervisor-stopped' }, 'supervisor-stopped'],
    [{ type: 'terminate', trigger: 'drained' }, 'drained'],
  ])('a dial ended by %j is %s: there is no Close frame', (event, trigger) => {
    expect(closeCauseOf('connecting', event)).toMatchObject({ trigger, code: 1006, reason: '' });
  });

  test('a thrown value that is no Error is wrapped in one, as its cause', () => {
    expect(closeCauseOf('open', { type: 'handler.threw', error: 'a string' }).cause).toMatchObject({
      message: 'the handler threw a string',
      cause: 'a string',
    });
  });

  test.each<ConnectionEvent>([
    { type: 'wire.opened', protocol: '', remoteAddress: undefined },
    { type: 'deadline.close' },
  ])('%j causes no ending', (event) => {
    expect(() => closeCauseOf('open', event)).toThrow('begins no ending');
  });
});

describe('an ending that was cut short', () => {
  const reset = new Error('reset');

  test.each<[ConnectionEvent, EndedBy, Error | undefined]>([
    [{ type: 'deadline.close' }, 'close-deadline', undefined],
    [{ type: 'liveness.lost' }, 'liveness-lost', undefined],
    [{ type: 'terminate', trigger: 'terminated' }, 'terminated', undefined],
    [{ type: 'terminate', trigger: 'drained' }, 'drained', undefined],
    [{ type: 'terminate', trigger: 'supervisor-stopped' }, 'supervisor-stopped', undefined],
    [{ type: 'wire.failed', fault: 'protocol-error', cause: reset }, 'protocol-error', reset],
    [{ type: 'wire.failed', fault: 'too-big', cause: reset }, 'too-big', reset],
    [{ type: 'wire.failed', fault: 'limit', cause: reset }, 'limit', reset],
    [{ type: 'wire.failed', fault: 'socket-ended', cause: reset }, 'socket-ended', reset],
    [closedBy({ kind: 'socket-error', cause: reset }), 'socket-error', reset],
    [closedBy({ kind: 'socket-ended' }), 'socket-ended', undefined],
    [closedBy({ kind: 'terminated' }), 'terminated', undefined],
  ])('by %j is reported beside the cause of the close', (event, endedBy, cause) => {
    const closeCause = closeCauseOf('open', {
      type: 'close',
      code: 3000,
      reason: 'credential expired',
      trigger: 'expired',
    });
    expect(cutShort(closeCause, event)).toEqual({ ...closeCause, endedBy, cause });
  });

  test('keeps the first cause', () => {
    const closeCause = closeCauseOf('open', { type: 'handler.threw', error: boom });
    expect(cutShort(closeCause, closedBy({ kind: 'socket-error', cause: reset }))).toEqual({
      ...closeCause,
      endedBy: 'socket-error',
      cause: boom,
    });
  });

  test('is cut short by nothing that a handler does', () => {
    const closeCause = closeCauseOf('open', { type: 'handler.threw', error: boom });
    expect(() => cutShort(closeCause, { type: 'handler.returned', code: 1000, reason: '' })).toThrow(
      'cuts no ending short',
    );
  });
});

describe('the report', () => {
  const closeCause = closeCauseOf('open', {
    type: 'wire.closing',
    received: { code: 1012, reason: 'retry-after-ms=250' },
  });
  const circumstances = {
    wire: undefined,
    now: 0,
    outcome: 'closed',
    connectionId: 'c1',
    childId: 'child',
    epoch: undefined,
    role: 'accepted',
    remoteAddress: undefined,
    openedNow: undefined,
    endedAt: 9,
    localStallMs: 0,
    handlerError: undefined,
  } as const;

  test('has no key for an absent value', () => {
    const report = reportOf(closeCause, { kind: 'closed', unconfirmed: NOTHING }, circumstances);
    expect(Object.values(report)).not.toContain(undefined);
    expect(report).not.toHaveProperty('epoch');
  });

  test.each([
    [{ received: { code: 1012, reason: 'retry-after-ms=250' } }, 250],
    [{ received: { code: 1013, reason: 'busy; retry-after-ms=250' } }, 250],
    [{ received: { code: 4000, reason: 'retry-after-ms=250' } }, undefined],
    [{ retryAfterMs: 1000 }, 1000],
    [{}, undefined],
  ])('of a wire that ended with %j advises a delay of %j ms', (end, retryAfterMs) => {
    expect(reportOf(closeCause, { kind: 'closed', unconfirmed: NOTHING, ...end }, circumstances).retryAfterMs).toBe(
      retryAfterMs,
    );
  });

  test('keeps what a handler threw, undefined included', () => {
    const report = reportOf(
      closeCause,
      { kind: 'closed', unconfirmed: NOTHING },
      { ...circumstances, handlerError: { error: undefined } },
    );
    expect(report).toHaveProperty('handlerError', undefined);
  });

  test('is written as JSON with its errors', () => {
    const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
    const end = { kind: 'socket-error', unconfirmed: NOTHING, cause } as const;
    const report = reportOf(closeCause, end, {
      ...circumstances,
      handlerError: { error: new TypeError('bug', { cause }) },
    });
    const written = { name: 'Error', message: 'read ECONNRESET', code: 'ECONNRESET', errno: -104, syscall: 'read' };
    expect(JSON.parse(JSON.stringify([report]))).toEqual([
      { ...report, cause: written, handlerError: { name: 'TypeError', message: 'bug', cause: written } },
    ]);
    expect(Object.keys(report)).not.toContain('toJSON');
  });

  test('was clean when both Close frames are there', () => {
    const close = { code: 1000, reason: '' };
    expect(
      reportOf(closeCause, { kind: 'closed', unconfirmed: NOTHING, sent: close, received: close }, circumstances)
        .wasClean,
    ).toBe(true);
    expect(reportOf(closeCause, { kind: 'closed', unconfirmed: NOTHING, sent: close }, circumstances).wasClean).toBe(
      false,
    );
  });

  test('counts the opening back from the end, so that setting the clock does not change for how long it was open', () => {
    const seen = { ...circumstances, openedNow: 2_000, now: 5_000, endedAt: 1_000 };
    expect(reportOf(closeCause, { kind: 'closed', unconfirmed: NOTHING }, seen).openedAt).toBe(-2_000);
    expect(
      reportOf(closeCause, { kind: 'closed', unconfirmed: NOTHING }, { ...seen, now: 2_000.9 }).openedAt,
    ).toBeLessThanOrEqual(1_000);
  });

  test('has the time at which the peer was last heard, by the wall clock', () => {
    const wire = new FakeWire();
    const heardAt = () =>
      reportOf(
        closeCause,
        { kind: 'closed', unconfirmed: NOTHING },
        { ...circumstances, wire, endedAt: 1_000_000, now: 100 },
      ).lastHeardAt;
    wire.heardAt = 40;
    expect(heardAt()).toBe(999_940);
    wire.heardAt = 0;
    expect(heardAt()).toBeUndefined();
  });
});

describe('what is known of an ending after a step', () => {
  const close: ConnectionEvent = { type: 'close', code: 4001, reason: 'r', trigger: 'close-called' };
  const began = closeCauseOf('open', close);

  test.each([
    ['nothing, when a dial opens', undefined, 'connecting', 'open', undefined],
    ['what ended the dial', undefined, 'connecting', 'closed', closeCauseOf('connecting', close)],
    ['what began the close', undefined, 'open', 'closing', began],
    ['the same, when both Close frames have crossed', began, 'closing', 'closing', began],
    ['the same, when the closing handshake is complete', began, 'closing', 'closed', began],
    ['the same, when the socket of an end that is decided is gone', began, 'failed', 'failed', began],
  ] as const)('%s', (_what, known, from, to, after) => {
    expect(causeAfter(known, from, to, close)).toEqual(after);
  });

  test('what has cut the close short', () => {
    expect(causeAfter(began, 'closing', 'failed', { type: 'deadline.close' })).toEqual({
      ...began,
      endedBy: 'close-deadline',
    });
  });

  test('the first error of the handler', () => {
    const first = keptError(undefined, { type: 'handler.threw', error: undefined });
    expect(first).toEqual({ error: undefined });
    expect(keptError(first, { type: 'handler.threw', error: 'again' })).toBe(first);
    expect(keptError(undefined, close)).toBeUndefined();
  });
});
