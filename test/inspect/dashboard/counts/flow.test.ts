import { expect, test } from 'vitest';
import { Flow } from '../../../../src/inspect/dashboard/counts/flow.js';

test('counts who stands where, and how often each state was entered', () => {
  const flow = new Flow();
  flow.arrive('open', true);
  flow.arrive('open', false);
  flow.step('open', 'close', 'closing.awaitingPeer');
  flow.step('closing.awaitingPeer', 'wire.closing', 'closing.crossed');
  flow.step('closing.crossed', 'wire.closed', 'closed');
  flow.leave('closed');
  expect(flow.toJSON().states).toEqual({
    open: { now: 1, entered: 1 },
    'closing.awaitingPeer': { now: 0, entered: 1 },
    'closing.crossed': { now: 0, entered: 1 },
    closed: { now: 0, entered: 1 },
  });
});

test('a step that leads nowhere is counted, and moves nobody', () => {
  const flow = new Flow();
  flow.arrive('closing.crossed', true);
  flow.step('closing.crossed', 'handler.threw', 'closing.crossed');
  const { states, edges } = flow.toJSON();
  expect(states).toEqual({ 'closing.crossed': { now: 1, entered: 1 } });
  expect(edges).toMatchObject([{ from: 'closing.crossed', event: 'handler.threw', sinceStart: 1 }]);
});

test('counts each way in the last second, in the last minute, and since the start', () => {
  const flow = new Flow();
  const counts = () => flow.toJSON().edges.map((edge) => [edge.lastSecond, edge.lastMinute, edge.sinceStart]);
  for (let step = 0; step < 3; step += 1) flow.step('dialing', 'dial.failed', 'waiting.verdict');
  flow.tick();
  expect(counts()).toEqual([[3, 3, 3]]);
  flow.step('dialing', 'dial.failed', 'waiting.verdict');
  flow.tick();
  expect(counts()).toEqual([[1, 4, 4]]);
  for (let second = 0; second < 58; second += 1) flow.tick();
  expect(counts()).toEqual([[0, 4, 4]]);
  flow.tick();
  expect(counts()).toEqual([[0, 1, 4]]);
  flow.tick();
  expect(counts()).toEqual([[0, 0, 4]]);
});

test('one event may lead to several states', () => {
  const flow = new Flow();
  flow.step('a', 'go', 'b');
  flow.step('a', 'go', 'c');
  expect(flow.toJSON().edges.map(({ to }) => to)).toEqual(['b', 'c']);
});
