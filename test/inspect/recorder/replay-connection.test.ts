import { expect, test } from 'vitest';
import { ReplayedEnding } from '../../../src/inspect/recorder/replay-connection.js';
import { connectionMachine } from '../../../src/machines/connection-machine.js';
import { createStepper } from '../../../src/machines/stepper.js';
import type { BegunEnding, ConnectionTimeline, TimelineEvent } from '../../../src/transport/timeline.js';

const stepper = createStepper(connectionMachine);
const NOTHING = { frames: 0, bytes: 0 };
const facts = { endedAt: 5_000, localStallMs: 0, framesIn: 1, framesOut: 2, bytesIn: 3, bytesOut: 4 };
const of = (parts: object) =>
  ({ id: 'c1', role: 'accepted', end: { at: 0, report: {}, facts }, ...parts }) as unknown as ConnectionTimeline;

function replayed(from: string, events: readonly TimelineEvent[], timeline = of({})) {
  const ending = new ReplayedEnding(timeline);
  let state = stepper.at(from);
  for (const event of events) {
    const step = stepper.step(state, event.type);
    ending.stepped(state.name, event, step);
    state = step.next;
  }
  return { ending, report: ending.report(timeline) };
}

const closed = (kind: string): TimelineEvent => ({ type: 'wire.closed', end: { kind, unconfirmed: NOTHING } });

test('makes the report of the steps and the facts', () => {
  const close = { type: 'close', code: 4001, reason: 'r', trigger: 'close-called' };
  const { report } = replayed('open', [close, closed('socket-ended')], of({ childId: 'door', remoteAddress: '::1' }));
  expect(report).toMatchObject({
    outcome: 'failed',
    trigger: 'close-called',
    endedBy: 'socket-ended',
    code: 4001,
    connectionId: 'c1',
    childId: 'door',
    remoteAddress: '::1',
    ...facts,
  });
  expect(report).not.toHaveProperty('lastHeardAt');
});

test('what had begun before the timeline is known from it', () => {
  const begun: BegunEnding = {
    trigger: 'idle',
    startedBy: 'local',
    phase: 'open',
    code: 1000,
    reason: 'idle',
    cause: { name: 'Error', message: 'm' },
    handlerError: { thrown: 7 },
  };
  const { report } = replayed(
    'closing.awaitingPeer',
    [{ type: 'deadline.close' }, closed('terminated')],
    of({ begun }),
  );
  expect(report).toMatchObject({ trigger: 'idle', endedBy: 'close-deadline', handlerError: 7 });
  expect(report?.cause).toEqual(new Error('m'));
});

test('the first error of the handler is kept, and one that came when the outcome was decided', () => {
  const threw = (thrown: unknown) => ({ type: 'handler.threw', thrown });
  expect(replayed('open', [threw('one'), threw('two'), closed('terminated')]).report?.handlerError).toBe('one');
  const { ending } = replayed('open', [{ type: 'liveness.lost' }, closed('terminated')]);
  ending.noted({ type: 'reading.paused' });
  ending.noted({ type: 'subscriber.threw', error: { name: 'Error', message: 'late' } });
  expect(ending.report(of({}))?.handlerError).toEqual(new Error('late'));
});

test('a dial that fails is reported without anything before it', () => {
  const { report } = replayed('connecting', [closed('dial-failed')]);
  expect(report).toMatchObject({ trigger: 'dial-failed', phase: 'connecting', outcome: 'failed' });
});

test('there is no report before the end', () => {
  expect(replayed('open', [{ type: 'liveness.lost' }]).report).toBeUndefined();
  expect(replayed('open', [closed('terminated')], of({ end: undefined })).report).toBeUndefined();
});
