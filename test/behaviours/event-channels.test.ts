/** Events on the channels of node:diagnostics_channel. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, test } from 'vitest';
import { connect, createSupervisor, type SupervisorEvent } from '../../src/index.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';

const subscribed: (readonly [name: string, listener: (message: unknown) => void])[] = [];

function listen(name: string, listener: (message: unknown) => void): void {
  subscribed.push([name, listener]);
  subscribe(name, listener);
}

afterEach(() => {
  for (const [name, listener] of subscribed.splice(0)) unsubscribe(name, listener);
});

/** A supervisor over a network in memory, with a listener in a child supervisor. */
async function aService() {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ name: 'root', clock, transport: createMemoryTransport(clock) });
  const child = await supervisor.supervise({ id: 'child' });
  const listener = await child.listen({ id: 'door', port: 0, handler: (connection) => connection.closed });
  const dial = async () => {
    const connecting = connect(`ws://memory:${listener.address?.port}/`, { supervisor });
    await clock.advanceAsync(10);
    return connecting;
  };
  return { clock, supervisor, child, dial };
}

test('events are seen without a subscriber of events$, once, with the supervisor that they are about', async () => {
  const { clock, supervisor, child, dial } = await aService();
  const seen: unknown[] = [];
  listen('wirekeeper:connection:opened', (message) => {
    const { supervisor: owner, event } = message as { supervisor: unknown; event: SupervisorEvent };
    if (event.type === 'connection.opened') seen.push([owner, event.connection.role]);
  });
  listen('wirekeeper:connection:ended', (message) => {
    const { supervisor: owner, event } = message as { supervisor: unknown; event: SupervisorEvent };
    if (event.type === 'connection.ended') seen.push([owner, event.report.code]);
  });
  (await dial()).close(4001);
  await clock.advanceAsync(10);
  expect(seen).toHaveLength(4);
  expect(seen).toEqual(
    expect.arrayContaining([
      [child, 'accepted'],
      [supervisor, 'dialed'],
      [child, 4001],
      [supervisor, 4001],
    ]),
  );
});

test('nothing is published after the last subscriber has left', async () => {
  const { dial } = await aService();
  const seen: unknown[] = [];
  const note = (message: unknown) => seen.push(message);
  subscribe('wirekeeper:connection:opened', note);
  unsubscribe('wirekeeper:connection:opened', note);
  await dial();
  expect(seen).toEqual([]);
});

test('each supervisor that is made is seen, so that all of a program can be observed', async () => {
  const seen: unknown[] = [];
  listen('wirekeeper:supervisor:created', (message) => seen.push(message));
  const { supervisor } = await aService();
  expect(seen).toEqual([{ supervisor }]);
});

test('a subscriber that throws changes nothing for the connection; Node reports it as an uncaught exception', async () => {
  const { dial } = await aService();
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  try {
    const uncaught: string[] = [];
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    listen('wirekeeper:connection:opened', () => {
      throw new Error('a bug in a subscriber');
    });
    const connection = await dial();
    await new Promise(setImmediate);
    expect(uncaught).toEqual(['a bug in a subscriber', 'a bug in a subscriber']);
    expect(connection.state).toBe('open');
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  }
});
