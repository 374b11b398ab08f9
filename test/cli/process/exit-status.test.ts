import { expect, test } from 'vitest';
import { statusOfConversation, statusOfService } from '../../../src/cli/process/exit-status.js';
import type { CloseReport } from '../../../src/index.js';
import { closeReport } from '../reports.js';

const never: Partial<CloseReport> = { phase: 'connecting' };

test.each<[string, Partial<CloseReport>, 0 | 1]>([
  ['we closed with 1000', {}, 0],
  ['the server closed with 1000', { startedBy: 'peer', trigger: 'peer-closed' }, 0],
  ['the server went away with 1001', { startedBy: 'peer', trigger: 'peer-closed', code: 1001 }, 0],
  ['the server restarts', { startedBy: 'peer', trigger: 'peer-closed', code: 1012 }, 1],
  ['the server closed without a code', { startedBy: 'peer', trigger: 'peer-closed', code: 1005 }, 1],
  ['the server never answered our Close', { outcome: 'failed', endedBy: 'close-deadline', wasClean: false }, 1],
  ['TCP was reset', { outcome: 'failed', trigger: 'socket-error', code: 1006, wasClean: false }, 1],
])('a conversation in which %s: %j is status %i', (_what, report, status) => {
  expect(statusOfConversation(closeReport(report))).toBe(status);
});

test('a code that the user has asked for is expected, and no other', () => {
  expect(statusOfConversation(closeReport({ code: 4000 }), 4000)).toBe(0);
  expect(statusOfConversation(closeReport({ code: 4001 }), 4000)).toBe(1);
});

test('a conversation that never came to a connection is status 1, also when it was called off', () => {
  const { openedAt, ...unopened } = closeReport({ ...never, trigger: 'called-off' });
  expect(openedAt).toBeDefined();
  expect(statusOfConversation(unopened)).toBe(1);
  expect(statusOfConversation(undefined)).toBe(1);
});

test.each([
  ['stopped', 0],
  ['failed', 1],
] as const)('a service whose supervisor has %s is status %i', (outcome, status) => {
  expect(statusOfService({ outcome })).toBe(status);
});
