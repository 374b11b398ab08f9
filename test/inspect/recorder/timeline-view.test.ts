import { expect, test } from 'vitest';
import { Beginnings } from '../../../src/inspect/recorder/beginning.js';
import { Noted, Step } from '../../../src/inspect/recorder/entry.js';
import { MachineRecord, type Owner } from '../../../src/inspect/recorder/machine-record.js';
import { timelineFrom } from '../../../src/inspect/recorder/timeline-view.js';
import { createHeapClock } from '../../../src/testing/index.js';

const BOUNDS = { maxEntriesEach: 100, maxBytesEach: 10_000 };

function aRecord(parts: object) {
  const clock = createHeapClock();
  const record = new MachineRecord(
    parts as Owner,
    new Beginnings().of({ clock, name: 'service' }, (parts as Owner).state),
  );
  const step = (type: string | undefined, from: string, to: string) =>
    record.add(new Step(record.now(), { type, from, to, effects: [] }), BOUNDS);
  return { clock, record, step };
}

test('shows what runs as it is now', () => {
  const { clock, record, step } = aRecord({ id: 'c1', role: 'dialed', state: 'open', childId: 'feed', epoch: 2 });
  clock.advance(5);
  step('wire.opened', 'connecting', 'open');
  record.roundTrip(1.25, BOUNDS);
  record.add(new Noted(record.now(), { type: 'reading.paused' }), BOUNDS);
  expect(timelineFrom(record, ['reasons'])).toEqual({
    machine: 'connection',
    version: 1,
    id: 'c1',
    supervisor: 'service',
    role: 'dialed',
    childId: 'feed',
    epoch: 2,
    beganAt: clock.wallNow() - 5,
    startsIn: 'connecting',
    entries: [
      { type: 'step', at: 5, by: 'peer', event: { type: 'wire.opened' }, from: 'connecting', to: 'open', effects: [] },
      { type: 'note', at: 5, note: { type: 'ping.answered', count: 1, minMs: 1.25, maxMs: 1.25, lastMs: 1.25 } },
      { type: 'note', at: 5, note: { type: 'reading.paused' } },
    ],
    dropped: { steps: 0, notes: 0 },
    redacted: ['reasons'],
  });
  expect(record.beganAt).toBe(clock.wallNow() - 5);
});

test('starts in the present state when no step was seen', () => {
  const { record } = aRecord({ kind: 'supervisor', id: 'below', name: 'service/below', state: 'draining' });
  expect(timelineFrom(record, [])).toMatchObject({ machine: 'supervisor', id: 'service/below', startsIn: 'draining' });
});

test('starts behind a gap, in which the recorder was detached', () => {
  const { record, step } = aRecord({ kind: 'dialer', id: 'feed', state: 'up' });
  step('dial.opened', 'dialing', 'up');
  step('stop', 'waiting.backoff', 'stopped');
  step(undefined, 'dialing', 'dialing');
  expect(timelineFrom(record, [])).toMatchObject({
    startsIn: 'waiting.backoff',
    entries: [{ from: 'waiting.backoff' }, { from: 'dialing' }],
    dropped: { steps: 1, notes: 0 },
  });
});
