import { describe, expect, test } from 'vitest';
import { restartsWithin, verdictOn } from '../../../src/supervisor/api/restart.js';

const INTENSITY = { maxRestarts: 3, withinMs: 5_000 };

// supervisor(3), "restart": "A permanent child process is always restarted. A temporary child process is never
// restarted [...] A transient child process is restarted only if it terminates abnormally, that is, with another exit
// reason than normal, shutdown, or {shutdown,Term}."
test.each([
  // restart      exit        verdict
  ['permanent', 'normal', 'restart'],
  ['permanent', 'shutdown', 'restart'],
  ['permanent', 'abnormal', 'restart'],
  ['transient', 'normal', 'keep'], // the spec stays: only temporary children are forgotten
  ['transient', 'shutdown', 'keep'],
  ['transient', 'abnormal', 'restart'],
  ['temporary', 'normal', 'forget'],
  ['temporary', 'shutdown', 'forget'],
  ['temporary', 'abnormal', 'forget'],
] as const)('%s child, %s exit: %s', (restart, exit, verdict) => {
  expect(verdictOn(exit, restart, INTENSITY, [], 0)).toBe(verdict);
});

// Supervisor Behaviour, "Maximum Restart Intensity": "If more than MaxR number of restarts occur in the last MaxT
// seconds, the supervisor terminates all the child processes and then itself."
describe('the intensity', () => {
  test.each([
    // restarts so far       now     verdict
    [[], 10_000, 'restart'],
    [[9_000, 9_500], 10_000, 'restart'],
    [[9_000, 9_500, 10_000], 10_000, 'escalate'],
    [[4_999, 9_500, 10_000], 10_000, 'restart'], // the first has left the window
    [[5_000, 9_500, 10_000], 10_000, 'escalate'], // a restart at the window's very edge counts still
  ] as const)('after restarts at %j, an abnormal exit at %i: %s', (restarts, now, verdict) => {
    expect(verdictOn('abnormal', 'permanent', INTENSITY, restarts, now)).toBe(verdict);
  });

  test('of no restarts at all escalates at the first', () => {
    expect(verdictOn('abnormal', 'permanent', { maxRestarts: 0, withinMs: 1 }, [], 0)).toBe('escalate');
  });

  test('never bears on children that are not restarted', () => {
    const spent = [1, 2, 3, 4];
    expect(verdictOn('abnormal', 'temporary', INTENSITY, spent, 5)).toBe('forget');
    expect(verdictOn('shutdown', 'transient', INTENSITY, spent, 5)).toBe('keep');
  });

  test('forgives restarts that have left the window', () => {
    expect(restartsWithin([1_000, 4_999, 5_000, 9_000], INTENSITY, 10_000)).toEqual([5_000, 9_000]);
  });
});
