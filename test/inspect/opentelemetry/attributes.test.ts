import { expect, test } from 'vitest';
import {
  closeAttributes,
  failureOf,
  refusalAttributes,
  urlAttributes,
} from '../../../src/inspect/opentelemetry/attributes.js';
import { closeReport } from '../../cli/reports.js';

test.each([
  ['wss://u:p@h.example/a/b?token=x', 'wss://h.example/a/b', 443],
  ['ws://[::1]:8080/;sid=x/', 'ws://[::1]:8080/;sid=***/', 8080],
  ['ws://h/', 'ws://h/', 80],
])('the URL %s is shown as %s, with the port %i', (url, full, port) => {
  expect(urlAttributes(url)).toMatchObject({ 'url.full': full, 'server.port': port });
});

test('a client that was left to other code has no status', () => {
  expect(refusalAttributes({ status: 0, why: 'taken' })).toEqual({ 'wirekeeper.refusal.why': 'taken' });
});

test('durations are in seconds', () => {
  expect(closeAttributes(closeReport({ openedAt: 1_000, endedAt: 3_500, localStallMs: 250 }))).toMatchObject({
    'wirekeeper.connection.duration': 2.5,
    'wirekeeper.event_loop.stall': 0.25,
  });
});

test.each([
  [{ outcome: 'closed', trigger: 'close-called' }, undefined],
  [{ outcome: 'closed', trigger: 'handler-threw' }, 'handler-threw'],
  [{ outcome: 'failed', trigger: 'socket-error' }, 'socket-error'],
  [{ outcome: 'failed', trigger: 'idle', endedBy: 'close-deadline' }, 'close-deadline'],
] as const)('%j fails because of %s', (report, failure) => {
  expect(failureOf(closeReport(report))).toBe(failure);
});
