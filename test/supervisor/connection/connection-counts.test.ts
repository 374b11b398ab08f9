import { expect, test } from 'vitest';
import { ConnectionCounts } from '../../../src/supervisor/connection/connection-counts.js';
import { closeReport } from '../../cli/reports.js';

const none = { connecting: 0, open: 0, closing: 0 };

test('live connections are counted by state, in all and by role, here and in the parent', () => {
  const parent = new ConnectionCounts(undefined);
  const counts = new ConnectionCounts(parent);
  counts.stateChanged('dialed', undefined, 'connecting');
  counts.stateChanged('dialed', 'connecting', 'open');
  counts.stateChanged('accepted', undefined, 'open');
  counts.stateChanged('accepted', 'open', 'closing');
  counts.stateChanged('accepted', undefined, 'open');
  counts.stateChanged('accepted', 'open', undefined);
  for (const { connections, connectionsByRole } of [counts.stats(), parent.stats()]) {
    expect(connections).toEqual({ connecting: 0, open: 1, closing: 1 });
    expect(connectionsByRole).toEqual({ accepted: { ...none, closing: 1 }, dialed: { ...none, open: 1 } });
  }
  expect(counts.accepted).toBe(1);
});

test('restarts, refusals, handshakes, and lingering handlers are counted here and in the parent', () => {
  const parent = new ConnectionCounts(undefined);
  const counts = new ConnectionCounts(parent);
  counts.restarted();
  counts.refused(503, 'draining');
  counts.refused(503, 'maxConnections');
  counts.handshakes(1);
  counts.handlerLingers(1);
  for (const stats of [counts.stats(), parent.stats()]) {
    expect(stats).toMatchObject({
      restarts: 1,
      refused: { 503: 2 },
      refusedBy: { draining: 1, maxConnections: 1 },
      handshakesInFlight: 1,
      lingeringHandlers: 1,
    });
  }
});

test('endings are counted by trigger, and by what cut them short', () => {
  const counts = new ConnectionCounts(undefined);
  counts.ended(closeReport({ trigger: 'idle', endedBy: 'close-deadline' }));
  counts.ended(closeReport({ trigger: 'idle' }));
  expect(counts.stats()).toMatchObject({ ended: { idle: 2 }, cutShort: { 'close-deadline': 1 }, endedTotal: 2 });
});

test('frames of a child count in the parent while it lives and after its end, once', () => {
  const parent = new ConnectionCounts(undefined);
  const child = new ConnectionCounts(parent);
  child.totals.framesIn = 2;
  expect(parent.stats().framesIn).toBe(2);
  child.close();
  expect(parent.stats().framesIn).toBe(2);
});
