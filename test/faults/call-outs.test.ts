import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import { readOf } from '../../src/transport/thrown.js';
import { ODD_VALUES } from '../support/odd-values.js';
import { settled } from '../support/settled.js';
import { CALL_OUTS, type CallOut, GIVES_VALUES, World } from './call-outs.js';

/** The events that end the process if nobody listens to them. */
const fatal: unknown[] = [];
const note = (error: unknown) => fatal.push(error);

beforeEach(() => {
  fatal.length = 0;
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
});

/** Everything reported where an error of the user's code may appear. */
function reportedIn({ events, refusals }: World): unknown[] {
  const reported: unknown[] = [...refusals];
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 4) return;
    for (const key of ['error', 'handlerError', 'cause', 'report', 'exit', 'status', 'errors']) {
      const found = readOf(value, key);
      reported.push(found);
      look(found, depth + 1);
    }
  };
  for (const event of events) look(event, 0);
  for (const refusal of refusals) look(refusal, 1);
  return reported;
}

const idsOf = (events: readonly SupervisorEvent[], pick: (event: SupervisorEvent) => string | undefined) =>
  events.map(pick).filter((id) => id !== undefined);

/** Has code of the user's do something, and sees that nothing follows but what concerns it. */
async function survives(
  callOut: CallOut,
  deed: (world: World) => unknown,
  sparesSibling = true,
): Promise<{ readonly world: World; readonly calls: number }> {
  const world = new World();
  await using _ = world;
  const neighbour = await world.neighbour();
  const sibling = await world.neighbour(world.supervisor);
  let calls = 0;
  const began = callOut(world, () => {
    calls += 1;
    return deed(world);
  });
  world.ask(Promise.resolve(began));
  await world.ripen();

  // Alive, and the others untouched.
  const hasSibling = sparesSibling && world.supervisor.state === 'running';
  for (const peer of hasSibling ? [neighbour, sibling] : [neighbour]) peer.wire.send('still there?', false);
  await settled();
  expect(neighbour.texts).toEqual(['still there?']);
  if (hasSibling) expect(sibling.texts).toEqual(['still there?']);

  // It can be stopped, and each connection had one report.
  const stopped = world.supervisor.stop();
  await world.ripen();
  await stopped;
  const ended = idsOf(world.events, (event) =>
    event.type === 'connection.ended' ? event.report.connectionId : undefined,
  );
  const opened = idsOf(world.events, (event) => (event.type === 'connection.opened' ? event.connection.id : undefined));
  expect(new Set(ended).size).toBe(ended.length);
  expect(ended).toEqual(expect.arrayContaining(opened));
  await settled();
  expect(fatal).toEqual([]);
  return { world, calls };
}

describe.each(Object.entries(CALL_OUTS))('%s', (name, callOut) => {
  test.each(Object.entries(ODD_VALUES))('may throw %s', async (_what, make) => {
    const value = make();
    const { world, calls } = await survives(callOut, () => {
      throw value;
    });
    expect(calls).toBeGreaterThan(0);
    expect(reportedIn(world).some((reported) => Object.is(reported, value))).toBe(true);
  });

  test.skipIf(GIVES_VALUES.has(name)).each(Object.entries(ODD_VALUES))('may reject with %s', async (_what, make) => {
    const value = make();
    const { calls } = await survives(callOut, () => Promise.reject(value));
    expect(calls).toBeGreaterThan(0);
  });

  test.each(Object.entries(ODD_VALUES))('may return %s', async (_what, make) => {
    const { calls } = await survives(callOut, make);
    expect(calls).toBeGreaterThan(0);
  });

  test('may never come to its end', async () => {
    await survives(callOut, () => new Promise(() => {}));
  });

  test.each<[string, (world: World) => unknown]>([
    ['stop the supervisor', ({ supervisor }) => void supervisor.stop()],
    ['await the stop of the supervisor', ({ supervisor }) => supervisor.stop()],
    [
      'stop the supervisor, then terminate it',
      ({ supervisor }) => {
        void supervisor.stop();
        void supervisor.terminate();
      },
    ],
    [
      'stop the supervisor, then throw',
      ({ supervisor }) => {
        void supervisor.stop();
        throw new Error('after the stop');
      },
    ],
    [
      'stop every child',
      ({ supervisor, ask }) => {
        for (const { id } of supervisor.whichChildren()) ask(supervisor.terminateChild(id));
      },
    ],
    [
      'close every connection',
      ({ supervisor }) => {
        for (const connection of supervisor.connections.values()) connection.close(4002);
      },
    ],
    [
      'terminate every connection',
      ({ supervisor }) => {
        for (const connection of supervisor.connections.values()) connection.terminate();
      },
    ],
    ['listen', (world) => world.ask(world.supervisor.listen({ port: 0, handler: (connection) => connection.closed }))],
    [
      'dial',
      ({ supervisor }) =>
        void supervisor.dial({
          url: 'ws://memory:9/',
          restart: 'temporary',
          handler: (connection) => connection.closed,
        }),
    ],
    ['drain', (world) => world.ask(world.supervisor.drain({ spreadMs: 0, withinMs: 1_000 }))],
  ])('may %s', async (_what, deed) => {
    let isDone = false;
    const once = (world: World): unknown => {
      if (isDone) return undefined;
      isDone = true;
      return deed(world);
    };
    await survives(callOut, once, false);
  });
});
