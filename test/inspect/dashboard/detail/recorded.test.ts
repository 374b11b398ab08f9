import { expect, test } from 'vitest';
import { shownTimeline } from '../../../../src/inspect/dashboard/detail/recorded.js';
import type { Timeline } from '../../../../src/transport/timeline.js';

test('entries are numbered behind those that were dropped, and have times of day', () => {
  const timeline: Timeline = {
    version: 1,
    machine: 'connection',
    id: 'c1',
    role: 'accepted',
    supervisor: 'service',
    beganAt: 10_000,
    startsIn: 'open',
    dropped: { steps: 1, notes: 2 },
    redacted: ['reasons'],
    entries: [
      { type: 'note', at: 5, note: { type: 'ping.answered', count: 3, lastMs: 2 } },
      {
        type: 'step',
        at: 7.4,
        by: 'user',
        event: { type: 'close', code: 4001, reason: '***', trigger: 'close-called' },
        from: 'open',
        to: 'closing.awaitingPeer',
        effects: ['sendClose'],
      },
    ],
  };
  expect(shownTimeline(timeline)).toEqual({
    missed: 3,
    entries: [
      { kind: 'note', number: 3, at: 10_005, note: 'ping.answered', facts: { count: 3, lastMs: 2 } },
      {
        kind: 'step',
        number: 4,
        at: 10_007,
        by: 'user',
        event: 'close',
        from: 'open',
        to: 'closing.awaitingPeer',
        effects: ['sendClose'],
        about: 'close-called 4001',
      },
    ],
  });
});
