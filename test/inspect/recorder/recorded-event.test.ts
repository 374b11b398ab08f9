import { expect, test } from 'vitest';
import { EventRecorder } from '../../../src/inspect/recorder/recorded-event.js';
import type { ConnectionEvent } from '../../../src/machines/connection-machine.js';
import { aReport } from '../../support/reports.js';

const hiding = new EventRecorder(new Set());
const showing = new EventRecorder(new Set(['reasons', 'messages', 'protocols']));
const NOTHING = { frames: 0, bytes: 0 };

test.each<[ConnectionEvent, hidden: unknown, shown: unknown]>([
  [{ type: 'wire.opened', protocol: '', remoteAddress: '::1' }, undefined, undefined],
  [{ type: 'wire.opened', protocol: 'sk', remoteAddress: '::1' }, { protocol: '***' }, { protocol: 'sk' }],
  [
    { type: 'close', code: 4001, reason: 'sk', trigger: 'close-called' },
    { code: 4001, reason: '***', trigger: 'close-called' },
    { code: 4001, reason: 'sk', trigger: 'close-called' },
  ],
  [
    { type: 'close', code: 1000, reason: 'idle', trigger: 'idle' },
    { code: 1000, reason: 'idle', trigger: 'idle' },
    { code: 1000, reason: 'idle', trigger: 'idle' },
  ],
  [{ type: 'terminate', trigger: 'drained' }, { trigger: 'drained' }, { trigger: 'drained' }],
  [
    { type: 'handler.returned', code: 1000, reason: 'sk' },
    { code: 1000, reason: '***' },
    { code: 1000, reason: 'sk' },
  ],
  [
    { type: 'handler.threw', error: new Error('sk') },
    { error: { name: 'Error', message: '***' } },
    { error: { name: 'Error', message: 'sk' } },
  ],
  [{ type: 'handler.threw', error: 'sk' }, { thrown: '***' }, { thrown: 'sk' }],
  [
    { type: 'wire.closing', received: { code: 4001, reason: 'sk' } },
    { received: { code: 4001, reason: '***' } },
    { received: { code: 4001, reason: 'sk' } },
  ],
  [
    { type: 'wire.failed', fault: 'limit', sent: { code: 1008, reason: '' }, cause: new Error('sk') },
    { fault: 'limit', sent: { code: 1008, reason: '' }, cause: { name: 'Error', message: '***' } },
    { fault: 'limit', sent: { code: 1008, reason: '' }, cause: { name: 'Error', message: 'sk' } },
  ],
  [{ type: 'deadline.open' }, undefined, undefined],
  [{ type: 'deadline.close' }, undefined, undefined],
  [{ type: 'liveness.lost' }, undefined, undefined],
])('%j becomes %j, or %j where all is shown', (event, hidden, shown) => {
  const typed = (payload: unknown) => (payload === undefined ? undefined : { type: event.type, ...Object(payload) });
  expect(hiding.connectionEvent(event)).toEqual(typed(hidden));
  expect(showing.connectionEvent(event)).toEqual(typed(shown));
});

test('keeps the delay that stands in a reason which is not shown', () => {
  const received = { code: 1012, reason: 'sk; retry-after-ms=5000' };
  const event = { type: 'wire.closed', end: { kind: 'closed', received, unconfirmed: NOTHING } } as const;
  expect(hiding.connectionEvent(event)).toEqual({
    type: 'wire.closed',
    end: { kind: 'closed', received: { code: 1012, reason: '***' }, unconfirmed: NOTHING, retryAfterMs: 5000 },
  });
});

test('of a dialer only redials and stops say more than their type, and never a URL', () => {
  expect(hiding.dialerEvent({ type: 'dial.opened' })).toBeUndefined();
  expect(hiding.dialerEvent({ type: 'stop', code: 1000, reason: '' })).toBeUndefined();
  expect(hiding.dialerEvent({ type: 'redial', reason: 'sk' })).toEqual({ type: 'redial', reason: '***' });
  const asked = { reason: 'sk', code: 4000, url: 'wss://example.com/?resume=sk' };
  for (const type of ['redial', 'overlap', 'stop'] as const)
    expect(hiding.dialerEvent({ type, ...asked })).toEqual({ type, reason: '***', code: 4000 });
});

test('of the report that a verdict is about it keeps which one, with trigger and code', () => {
  const report = aReport({ connectionId: 'c7', trigger: 'drained', code: 1012, reason: 'sk' });
  expect(hiding.note({ type: 'dialer.judged', verdict: 'retry', delayMs: 5, report })).toEqual({
    type: 'dialer.judged',
    verdict: 'retry',
    delayMs: 5,
    connectionId: 'c7',
    trigger: 'drained',
    code: 1012,
  });
  expect(hiding.note({ type: 'subscriber.threw', error: 'sk' })).toEqual({ type: 'subscriber.threw', thrown: '***' });
  expect(hiding.note({ type: 'drain.announced' })).toEqual({ type: 'drain.announced' });
});

test('leaves out the response of a refusal, also if a transport left it enumerable', () => {
  const httpResponse = { headers: { 'x-secret': 'sk' }, body: 'sk' };
  const end = { kind: 'refused', httpStatus: 403, httpResponse, unconfirmed: NOTHING } as const;
  expect(showing.connectionEvent({ type: 'wire.closed', end })).toEqual({
    type: 'wire.closed',
    end: { kind: 'refused', httpStatus: 403, unconfirmed: NOTHING },
  });
});
