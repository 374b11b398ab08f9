import { expect, test } from 'vitest';
import type { ChildContext, ChildExit, RunningChild, Worker } from '../../../src/supervisor/api/child-spec.js';
import { ChildSlot } from '../../../src/supervisor/children/child-slot.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { EndedError } from '../../../src/transport/errors.js';
import { TestChild } from '../../support/a-child.js';
import { settled } from '../../support/settled.js';

const CONTEXT = {} as ChildContext;
const CLOSE = { code: 1001, reason: '' };

const slotOf = (start: () => RunningChild | Promise<RunningChild>) =>
  new ChildSlot({ id: 'a', start, restart: 'permanent', shutdown: undefined });

test('a synchronous start is over at once', () => {
  const child = new TestChild('a');
  const slot = slotOf(() => child.start());
  expect(slot.begin(CONTEXT, () => false)).toBeUndefined();
  expect([slot.state, slot.handle]).toEqual(['running', child.handle]);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
])('a start that %s is a fault, and no run', async (_what, start) => {
  const slot = slotOf(start);
  expect(await slot.begin(CONTEXT, () => false)).toEqual({ error: new Error('no') });
  expect(slot.running).toBeUndefined();
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no methods', { handle: { kind: 'worker' }, exited: Promise.resolve() }],
  ['no handle', { exited: Promise.resolve(), shutDown: () => {}, terminate: () => {} }],
  ['null for a handle', { handle: null, exited: Promise.resolve(), shutDown: () => {}, terminate: () => {} }],
])('a start that returns %s is a fault', (_what, given) => {
  expect(slotOf(() => given as never).begin(CONTEXT, () => false)).toMatchObject({
    error: { code: 'WIREKEEPER_OPTION' },
  });
});

test('an abandoned start is a fault at once, and a run that it still returns is terminated', async () => {
  const child = new TestChild('a');
  let answer = () => {};
  const slot = slotOf(() => new Promise<RunningChild>((resolve) => (answer = () => resolve(child.start()))));
  const fault = slot.begin(CONTEXT, () => false);
  const reason = new EndedError('enough');
  slot.abandonStart(reason, undefined);
  expect(await fault).toEqual({ error: reason });
  answer();
  await settled();
  expect(child.asked).toEqual(['start', 'terminate']);
});

test('an abandoned start whose child supervisors are ending is a fault when they have ended', async () => {
  const slot = slotOf(() => new Promise<RunningChild>(() => {}));
  let isOver = false;
  void Promise.resolve(slot.begin(CONTEXT, () => false)).then(() => (isOver = true));
  let end = () => {};
  slot.abandonStart(new EndedError('enough'), new Promise<void>((resolve) => (end = resolve)));
  await settled();
  expect(isOver).toBe(false);
  end();
  await settled();
  expect(isOver).toBe(true);
});

test('conclude gets the last exit, once', async () => {
  const child = new TestChild('a');
  const slot = slotOf(() => child.start());
  await slot.begin(CONTEXT, () => false);
  child.exit('abnormal', new Error('boom'));
  await slot.stop(CLOSE, createHeapClock());
  expect(slot.heldHandle).toBe(child.handle);
  slot.conclude();
  const expected: ChildExit = { id: 'a', reason: 'abnormal', report: undefined, error: new Error('boom') };
  expect([child.concluded, slot.lastExit, slot.heldHandle]).toEqual([expected, expected, undefined]);
  child.concluded = undefined;
  slot.conclude();
  expect(child.concluded).toBeUndefined();
});

test('a restart that returns another handle concludes the run before', async () => {
  const first = new TestChild('a');
  const second = new TestChild('a');
  const starts = [first, second];
  const slot = slotOf(() => (starts.shift() ?? second).start());
  await slot.begin(CONTEXT, () => false);
  slot.ran({ reason: 'abnormal' });
  await slot.begin(CONTEXT, () => false);
  expect([first.concluded?.reason, second.concluded]).toEqual(['abnormal', undefined]);
});

test('terminated, it ends once, whether it was being stopped or not', async () => {
  const child = new TestChild('a');
  child.atShutDown = 'lingers';
  const slot = slotOf(() => child.start());
  await slot.begin(CONTEXT, () => false);
  const clock = createHeapClock();
  slot.terminate(CLOSE, clock);
  await slot.stop(CLOSE, clock);
  expect(child.asked).toEqual(['start', 'terminate']);
});

test('its default budget is 5,000 ms, and Infinity for a supervisor', async () => {
  const supervisor = { kind: 'supervisor' } as unknown as Worker;
  expect(slotOf(() => new TestChild('a').start()).shutdown).toBe(5_000);
  const slot = slotOf(() => ({ ...new TestChild('a').start(), handle: supervisor }));
  await slot.begin(CONTEXT, () => false);
  expect(slot.shutdown).toBe(Number.POSITIVE_INFINITY);
});

test('a start that returns an ancestor is a fault, and the ancestor is left alone', () => {
  const child = new TestChild('a');
  const slot = slotOf(() => child.start());
  expect(slot.begin(CONTEXT, (handle) => handle === child.handle)).toMatchObject({
    error: { code: 'WIREKEEPER_OPTION' },
  });
  expect([slot.running, child.asked]).toEqual([undefined, ['start']]);
});
