/**
 * A drain, and what else may happen in each of its phases: the drain always reports, every caller gets an answer, and a
 * supervisor that is shut down ends.
 */
import { expect, test } from 'vitest';
import type { DrainReport } from '../../../src/supervisor/api/drain.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { SupervisorRuntime } from '../../../src/supervisor/supervisor-runtime.js';
import { aDrain } from '../../support/a-drain.js';
import type { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

const PHASES = ['not ready yet', 'closing', 'waiting for handlers', 'over'] as const;

/** How clients behave once they are asked to close. */
const BEHAVIOURS = ['polite', 'mute'] as const;

/** Who drains: the supervisor that something then happens to, or its parent. */
const GROUNDS = ['own', 'parent'] as const;

interface Scene {
  readonly root: Supervisor;
  readonly childSupervisor: Supervisor;
  readonly abort: AbortController;
}

type Deed = (scene: Scene) => readonly Promise<unknown>[];

const DEEDS: Readonly<Record<string, Deed>> = {
  'a stop': ({ childSupervisor }) => [childSupervisor.stop()],
  'a stop, and another': ({ childSupervisor }) => [childSupervisor.stop(), childSupervisor.stop()],
  'a stop, cut short': ({ childSupervisor }) => [childSupervisor.stop(), childSupervisor.terminate()],
  'a terminate': ({ childSupervisor }) => [childSupervisor.terminate()],
  'the stop of its parent': ({ root }) => [root.stop()],
  'the stop of its parent, cut short': ({ root }) => [root.stop(), root.terminate()],
  'a terminate of its parent': ({ root }) => [root.terminate()],
  'its termination by its parent': ({ root }) => [root.terminateChild('rooms')],
  'another drain': ({ childSupervisor }) => [childSupervisor.drain()],
  'a drain of its parent': ({ root }) => [root.drain({ spreadMs: 0 })],
  'a partial drain': ({ childSupervisor }) => [childSupervisor.drain({ share: 1, spreadMs: 100 })],
  'its signal aborting': ({ abort }) => {
    abort.abort();
    return [];
  },
  'a stop right before its signal aborts': ({ childSupervisor, abort }) => {
    const stopped = childSupervisor.stop();
    abort.abort();
    return [stopped];
  },
  'its signal aborting right before a stop': ({ childSupervisor, abort }) => {
    abort.abort();
    return [childSupervisor.stop()];
  },
  'its signal aborting, and another drain': ({ childSupervisor, abort }) => {
    abort.abort();
    return [childSupervisor.drain({ spreadMs: 0 })];
  },
  'a partial drain, and a stop': ({ childSupervisor }) => [childSupervisor.drain({ share: 1 }), childSupervisor.stop()],
  'a child that cannot be started': ({ childSupervisor }) => [
    childSupervisor.startChild({ id: 'late', start: () => Promise.reject(new Error('a bug')) }),
  ],
};

async function aRace(behaviour: (typeof BEHAVIOURS)[number], shutdown: number | 'brutal') {
  const drain = aDrain({ intensity: { maxRestarts: 100 } });
  const { supervisor: root, clock } = drain;
  const childSupervisor = await root.supervise({ id: 'rooms', restart: 'temporary', shutdown });
  const wires = new Set<FakeWire>();
  const ended = new Set<FakeWire>();
  // The handlers never come to their end.
  await drain.listen(
    'door',
    { handler: (connection) => connection.closed.then(() => new Promise<never>(() => {})) },
    childSupervisor,
  );
  for (const { wire } of drain.open(5)) wires.add(wire);
  wires.add(await drain.dialUp(childSupervisor));

  /** The peers react. */
  const peers = async (): Promise<void> => {
    for (const wire of wires) {
      const isTerminated = wire.asked.at(-1) === 'terminate';
      if (ended.has(wire) || !(isTerminated || (behaviour === 'polite' && wire.asked.length > 0))) continue;
      ended.add(wire);
      if (!isTerminated) wire.emitClosing(1000);
      wire.emitClosed(
        isTerminated
          ? { kind: 'terminated' }
          : { sent: { code: 1012, reason: '' }, received: { code: 1000, reason: '' } },
      );
    }
    await settled();
  };

  /** Time goes on in steps as long as anything waits for it, but no longer than this. */
  const goOn = async (ms: number): Promise<void> => {
    await peers();
    for (const until = clock.now() + ms; clock.now() < until && clock.nextDueAt !== undefined; await peers()) {
      await clock.advanceAsync(Math.min(until, clock.nextDueAt) - clock.now());
    }
  };
  return { root, childSupervisor, clock, goOn };
}

const sumOf = ({ finishedByThemselves, clean, forced, left }: DrainReport): number =>
  finishedByThemselves + clean + forced + left;

const rows = GROUNDS.flatMap((ground) =>
  BEHAVIOURS.flatMap((behaviour) =>
    PHASES.flatMap((phase) => Object.keys(DEEDS).map((deed) => [ground, behaviour, phase, deed] as const)),
  ),
);

test.each(rows)('a drain (%s, clients %s), %s, beside %s', async (ground, behaviour, phase, deed) => {
  const { root, childSupervisor, clock, goOn } = await aRace(
    behaviour,
    deed.startsWith('its termination') ? 'brutal' : 1_000_000,
  );
  const abort = new AbortController();
  const notReadyFirstMs = phase === 'not ready yet' ? 1_000 : 0;
  const spreadMs = phase === 'waiting for handlers' ? 0 : 1_000;
  const account = (ground === 'own' ? childSupervisor : root).drain({
    notReadyFirstMs,
    spreadMs,
    signal: abort.signal,
  });
  let report: DrainReport | undefined;
  void account.then((given) => (report = given));
  await settled();
  if (phase === 'closing') await goOn(500);
  if (phase === 'waiting for handlers') await goOn(behaviour === 'polite' ? 100 : 5_400);
  if (phase === 'over') await goOn(60_000);
  expect(report !== undefined).toBe(phase === 'over');

  const answers = Promise.allSettled(DEEDS[deed]?.({ root, childSupervisor, abort }) ?? []);
  let areAnswered = false;
  void answers.then(() => (areAnswered = true));
  await goOn(60_000);
  expect([report === undefined, areAnswered]).toEqual([false, true]);
  expect(report?.total).toBe(sumOf(await account));

  void root.stop();
  await goOn(60_000);
  expect([childSupervisor, root].map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  expect(await childSupervisor.ended).toMatchObject({ outcome: 'stopped' });
  expect(await root.ended).toMatchObject({ outcome: 'stopped' });
  expect(root.stats().connections).toEqual({ connecting: 0, open: 0, closing: 0 });
  await goOn(60_000);
  expect([clock.pending, root instanceof SupervisorRuntime && root.keepAlive.isHeld]).toEqual([0, false]);
});
