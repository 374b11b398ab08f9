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

/** Who drains: the supervisor that something then happens to, or the one above it. */
const GROUNDS = ['own', 'above'] as const;

interface Scene {
  readonly root: Supervisor;
  readonly below: Supervisor;
  readonly abort: AbortController;
}

type Deed = (scene: Scene) => readonly Promise<unknown>[];

const DEEDS: Readonly<Record<string, Deed>> = {
  'a stop': ({ below }) => [below.stop()],
  'a stop, and another': ({ below }) => [below.stop(), below.stop()],
  'a stop, cut short': ({ below }) => [below.stop(), below.terminate()],
  'a terminate': ({ below }) => [below.terminate()],
  'the stop of the one above': ({ root }) => [root.stop()],
  'the stop of the one above, cut short': ({ root }) => [root.stop(), root.terminate()],
  'a terminate of the one above': ({ root }) => [root.terminate()],
  'its termination by the one above': ({ root }) => [root.terminateChild('below')],
  'another drain': ({ below }) => [below.drain()],
  'a drain of the one above': ({ root }) => [root.drain({ spreadMs: 0 })],
  'a partial drain': ({ below }) => [below.drain({ share: 1, spreadMs: 100 })],
  'its signal aborting': ({ abort }) => {
    abort.abort();
    return [];
  },
  'a stop right before its signal aborts': ({ below, abort }) => {
    const stopped = below.stop();
    abort.abort();
    return [stopped];
  },
  'its signal aborting right before a stop': ({ below, abort }) => {
    abort.abort();
    return [below.stop()];
  },
  'its signal aborting, and another drain': ({ below, abort }) => {
    abort.abort();
    return [below.drain({ spreadMs: 0 })];
  },
  'a partial drain, and a stop': ({ below }) => [below.drain({ share: 1 }), below.stop()],
  'a child that cannot be started': ({ below }) => [
    below.startChild({ id: 'late', start: () => Promise.reject(new Error('a bug')) }),
  ],
};

async function aRace(behaviour: (typeof BEHAVIOURS)[number], shutdown: number | 'brutal') {
  const drain = aDrain({ intensity: { maxRestarts: 100 } });
  const { supervisor: root, clock } = drain;
  const below = await root.supervise({ id: 'below', restart: 'temporary', shutdown });
  const wires = new Set<FakeWire>();
  const ended = new Set<FakeWire>();
  // The handlers never come to their end.
  await drain.listen(
    'door',
    { handler: (connection) => connection.closed.then(() => new Promise<never>(() => {})) },
    below,
  );
  for (const { wire } of drain.open(5)) wires.add(wire);
  wires.add(await drain.dialUp(below));

  /** The peers do what they do. */
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
  return { root, below, clock, goOn };
}

const sumOf = ({ finishedByThemselves, clean, forced, left }: DrainReport): number =>
  finishedByThemselves + clean + forced + left;

const rows = GROUNDS.flatMap((ground) =>
  BEHAVIOURS.flatMap((behaviour) =>
    PHASES.flatMap((phase) => Object.keys(DEEDS).map((deed) => [ground, behaviour, phase, deed] as const)),
  ),
);

test.each(rows)('a drain (%s, clients %s), %s, beside %s', async (ground, behaviour, phase, deed) => {
  const { root, below, clock, goOn } = await aRace(
    behaviour,
    deed.startsWith('its termination') ? 'brutal' : 1_000_000,
  );
  const abort = new AbortController();
  const notReadyFirstMs = phase === 'not ready yet' ? 1_000 : 0;
  const spreadMs = phase === 'waiting for handlers' ? 0 : 1_000;
  const account = (ground === 'own' ? below : root).drain({ notReadyFirstMs, spreadMs, signal: abort.signal });
  let report: DrainReport | undefined;
  void account.then((given) => (report = given));
  await settled();
  if (phase === 'closing') await goOn(500);
  if (phase === 'waiting for handlers') await goOn(behaviour === 'polite' ? 100 : 5_400);
  if (phase === 'over') await goOn(60_000);
  expect(report !== undefined).toBe(phase === 'over');

  const answers = Promise.allSettled(DEEDS[deed]?.({ root, below, abort }) ?? []);
  let areAnswered = false;
  void answers.then(() => (areAnswered = true));
  await goOn(60_000);
  expect([report === undefined, areAnswered]).toEqual([false, true]);
  expect(report?.total).toBe(sumOf(await account));

  void root.stop();
  await goOn(60_000);
  expect([below, root].map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  expect(await below.ended).toMatchObject({ outcome: 'stopped' });
  expect(await root.ended).toMatchObject({ outcome: 'stopped' });
  expect(root.stats().connections).toEqual({ connecting: 0, open: 0, closing: 0 });
  await goOn(60_000);
  expect([clock.pending, root instanceof SupervisorRuntime && root.keepAlive.isHeld]).toEqual([0, false]);
});
