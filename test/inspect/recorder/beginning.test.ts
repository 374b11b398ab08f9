import { expect, test } from 'vitest';
import { Beginnings } from '../../../src/inspect/recorder/beginning.js';
import { createHeapClock } from '../../../src/testing/index.js';

const start = { type: undefined, from: 'connecting', to: 'connecting', effects: ['armOpenDeadline'] };

function aSupervisor() {
  const clock = createHeapClock();
  return { clock, name: 'service' };
}

test('machines that begin in the same state under the same supervisor share their beginning', () => {
  const [one, two] = [aSupervisor(), aSupervisor()];
  const beginnings = new Beginnings();
  const first = beginnings.of(one, 'connecting');
  one.clock.advance(1_000);
  expect(beginnings.of(one, 'connecting')).toBe(first);
  expect(beginnings.of(one, 'open')).not.toBe(first);
  expect(beginnings.of(two, 'connecting')).not.toBe(first);
  expect(first).toMatchObject({ supervisor: 'service', startsIn: 'connecting', start: undefined });
});

test('they share the one with their first step too, and another step makes another one', () => {
  const beginnings = new Beginnings();
  const first = beginnings.of(aSupervisor(), 'connecting');
  const started = beginnings.started(first, start);
  expect(started).toEqual({ ...first, start });
  expect(beginnings.started(first, start)).toBe(started);
  expect(beginnings.started(first, { ...start })).not.toBe(started);
});

test('a beginning is left when its times would need an object each', () => {
  const beginnings = new Beginnings();
  const supervisor = aSupervisor();
  const first = beginnings.of(supervisor, 'open');
  supervisor.clock.advance(40 * 3_600_000);
  const second = beginnings.of(supervisor, 'open');
  expect(second.zero - first.zero).toBe(40 * 3_600_000);
});
