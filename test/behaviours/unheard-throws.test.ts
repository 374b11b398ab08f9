/** What a program hears of handlers that throw when it has subscribed to nothing. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, test, vi } from 'vitest';
import { createSupervisor, type Supervisor, type SupervisorOptions } from '../../src/index.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';

afterEach(() => void vi.restoreAllMocks());

/** The codes and details of the warnings while two clients are served by a handler that throws. */
async function warningsOf(options: SupervisorOptions, watch: (supervisor: Supervisor) => void = () => {}) {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock), ...options });
  watch(supervisor);
  const inner = await supervisor.supervise({ id: 'inner' });
  const listener = await inner.listen({
    id: 'chat',
    port: 0,
    handler: () => {
      throw new Error('a bug');
    },
  });
  for (const id of ['one', 'two'])
    supervisor.dial({
      id,
      url: `ws://memory:${listener.address?.port}/`,
      retry: () => 'stop',
      handler: (connection) => connection.closed,
    });
  await clock.advanceAsync(10);
  await clock.advanceAsync(10);
  expect(supervisor.stats().ended['handler-threw']).toBe(2);
  return emitWarning.mock.calls;
}

test('Node warns once, with the listener and the error', async () => {
  const [call, ...more] = await warningsOf({});
  expect(more).toEqual([]);
  expect(call).toEqual([
    expect.stringMatching(/^the handler of chat has thrown, and its connection c\d+ was closed with 1011\. /),
    { type: 'WirekeeperWarning', code: 'WIREKEEPER_HANDLER_THREW', detail: expect.stringMatching(/^Error: a bug\n/) },
  ]);
});

test.each<[string, SupervisorOptions, ((supervisor: Supervisor) => void)?]>([
  ['events$ has a subscriber', {}, (supervisor) => void supervisor.events$.subscribe()],
  ['warnWhenFailed is false', { warnWhenFailed: false }],
])('nothing is warned of when %s', async (_what, options, watch) => {
  expect(await warningsOf(options, watch)).toEqual([]);
});

test('nothing is warned of when the channel of the event has a subscriber', async () => {
  const note = () => {};
  subscribe('wirekeeper:connection:ended', note);
  const warnings = await warningsOf({});
  unsubscribe('wirekeeper:connection:ended', note);
  expect(warnings).toEqual([]);
});

test('an observer of machines hears no events: the warning comes all the same', async () => {
  expect(await warningsOf({}, (supervisor) => void supervisor.observe({ ended() {} }))).toHaveLength(1);
});
