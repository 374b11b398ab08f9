import { expect, test } from 'vitest';
import { createSupervisor } from '../../../../src/index.js';
import { StatusWatch, statusText } from '../../../../src/inspect/dashboard/detail/dialer-status.js';
import type { DialerStatus } from '../../../../src/supervisor/api/dialer.js';
import { createMemoryTransport } from '../../../../src/testing/memory-transport.js';
import { eventually } from '../../../support/eventually.js';
import { aReport } from '../../../support/reports.js';

test.each<[DialerStatus, string]>([
  [{ type: 'dialing', attempt: 3 }, 'attempt 3'],
  [{ type: 'dialing', attempt: 3, queued: true }, 'attempt 3 waits for its turn'],
  [{ type: 'dialing', attempt: 3, opened: true }, 'attempt 3 is open, not ready'],
  [{ type: 'waiting', attempt: 3, delayMs: 2500, report: aReport() }, 'waits 2.5 s after attempt 3'],
  [
    { type: 'waiting', attempt: 1, delayMs: Number.POSITIVE_INFINITY, report: aReport() },
    'waits for redial after attempt 1',
  ],
  [{ type: 'up', connection: {} as never }, 'connected'],
  [{ type: 'stopping' }, 'stopping'],
  [{ type: 'failed', exit: { id: 'd', reason: 'abnormal', report: undefined } }, 'its exit was abnormal'],
])('%j: %s', (status, text) => {
  expect(statusText(status)).toBe(text);
});

test('knows the present status and each change, until it is stopped', async () => {
  await using supervisor = createSupervisor({ transport: createMemoryTransport(), liveness: false });
  const dialer = supervisor.dial({ url: 'ws://memory:1/' });
  const watch = new StatusWatch(dialer);
  await eventually(() => /^waits .* after attempt 1$/.test(watch.text ?? ''));
  watch.stop();
  await dialer.stop();
  expect(watch.text).toMatch(/^waits /);
});
