import { describe, expect, test } from 'vitest';
import { type DialerEvent, dialerMachine } from '../../src/machines/index.js';
import type { Clock } from '../../src/supervisor/api/clock.js';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { Dialer } from '../../src/supervisor/api/dialer.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { createTestModel } from '../../src/testing/model/create-test-model.js';
import type { DriverRun, ModelState, ModelStep } from '../../src/testing/model/driver.js';
import { SCRIPTED_WIRE_OPTIONS, ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';
import type { Transport, Upgrade } from '../../src/transport/transport.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { seed } from '../support/seed.js';

type Machine = typeof dialerMachine;

const BACKOFF_MS = 10;

/** Longer than the backoff, and shorter than any other deadline. */
const LONG_ENOUGH_MS = 1000;

/** Longer than all backoffs of a walk. */
const MAX_AGE_MS = 30_000;

/** The clock stands still between steps: an attempt must not wait for its turn. */
const UNLIMITED = { perSecond: Number.POSITIVE_INFINITY };

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A dialer, and a server that answers each of its attempts when the walk says so. */
class Dialing {
  readonly clock = createHeapClock();
  readonly #steps: readonly ModelStep<Machine>[];
  /** The number of steps that were taken. */
  #taken = 0;
  readonly #verdicts: string[];
  /** What the dialer's machine has gone through, as the observer sees it. */
  readonly #states: string[] = [];
  readonly #upgrades: Upgrade[] = [];
  readonly #checked: string[] = [];
  /** Of the connection that is up. */
  #peer: ScriptedPeer | undefined;
  readonly #peers: ScriptedPeer[] = [];
  /** Makes the handler of a connection return. */
  readonly #finish = new Map<Connection<unknown> | undefined, () => void>();
  #server: ScriptedServer | undefined;
  #supervisor: Supervisor | undefined;
  #dialer: Dialer | undefined;

  /** The policy, the handler, and the peer have to know beforehand what they are to do. */
  constructor(steps: readonly ModelStep<Machine>[]) {
    this.#steps = steps;
    this.#verdicts = steps
      .map(({ event }) => event.type)
      .filter((type) => type.startsWith('verdict.') && type !== 'verdict.finished');
  }

  async start(makeTransport: (clock: Clock) => Transport): Promise<this> {
    const transport = makeTransport(this.clock);
    const server = await ScriptedServer.listen(transport, { onUpgrade: (upgrade) => this.#upgrades.push(upgrade) });
    const supervisor = createSupervisor({ clock: this.clock, transport, liveness: false, dialLimiter: UNLIMITED });
    supervisor.observe({
      stepped: ({ machine }, { event, from, to }) => {
        if (machine === 'dialer' && (event === undefined || from !== to)) this.#states.push(to);
      },
    });
    this.#server = server;
    this.#supervisor = supervisor;
    this.#dialer = supervisor.dial({
      id: 'dialer',
      url: server.url,
      restart: 'temporary',
      retry: () => this.#judge(),
      maxAgeMs: MAX_AGE_MS,
      handler: (connection) =>
        new Promise((resolve) => {
          this.#finish.set(connection, () => resolve(undefined));
          void connection.closed.then(() => resolve(undefined));
        }),
    });
    return this;
  }

  async apply({ type }: { readonly type: string }, from: ModelState<Machine>): Promise<void> {
    this.#taken += 1;
    switch (type) {
      case 'dial.opened': {
        const wire = (await this.#attempt()).accept(undefined, SCRIPTED_WIRE_OPTIONS) as never;
        this.#peer = new ScriptedPeer(wire, this.#isToBeDecided() ? 'mute' : 'polite');
        this.#peers.push(this.#peer);
        return;
      }
      case 'dial.failed':
        if (from.name.endsWith('dialing')) (await this.#attempt()).refuse({ status: 503 });
        return;
      case 'connection.decided':
        this.#finish.get(this.#dialer?.connection)?.();
        return;
      case 'connection.ended': {
        const steps = this.#steps.slice(0, this.#taken - 1);
        const finishes = this.#steps[this.#taken]?.event.type === 'verdict.finished' && !isDecided(steps);
        if (from.name === 'up' && finishes) this.#finish.get(this.#dialer?.connection)?.();
        else if (isUp(from.name) || isDecided(steps)) this.#peer?.wire.terminate();
        return;
      }
      case 'deadline.age':
        await this.clock.advanceAsync(MAX_AGE_MS + LONG_ENOUGH_MS);
        return;
      case 'overlap':
        this.#dialer?.redial({ overlap: true, reason: 'a walk wants it' });
        return;
      case 'deadline.backoff':
        await this.clock.advanceAsync(LONG_ENOUGH_MS);
        return;
      case 'redial':
        this.#dialer?.redial('a walk wants it');
        return;
      case 'stop':
        void this.#dialer?.stop();
        return;
      case 'shutdown':
        void this.#supervisor?.terminateChild('dialer');
        return;
      default:
        // A verdict follows on an ending by itself.
        expect(type).toMatch(/^verdict\./);
    }
  }

  /** Waits until the dialer has come by the model's states, and by no others, except where it goes on by itself. */
  async check({ name }: ModelState<Machine>): Promise<void> {
    if (this.#checked.at(-1) !== name) this.#checked.push(name);
    while (this.#states.length < this.#checked.length) await turn();
    const goesOn = name.endsWith('.verdict') || name.startsWith('stopping.');
    expect(goesOn ? this.#states.slice(0, this.#checked.length) : this.#states).toEqual(this.#checked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const upgrade of this.#upgrades.splice(0)) upgrade.refuse({ status: 503 });
    await this.#supervisor?.terminate();
    await this.#server?.[Symbol.asyncDispose]();
    for (const { wire } of this.#peers) wire.terminate();
  }

  /** Whether the connection that opens now ends because of its handler, in an overlap: then its peer must not answer. */
  #isToBeDecided(): boolean {
    const later = this.#steps.slice(this.#taken);
    return later.find(({ event, from }) => isUp(from.name) && ENDINGS.includes(event.type))?.event.type === DECIDED;
  }

  async #attempt(): Promise<Upgrade> {
    while (this.#upgrades.length === 0) await turn();
    return this.#upgrades.shift() as Upgrade;
  }

  #judge(): 'stop' | { readonly afterMs: number } {
    const verdict = this.#verdicts.shift();
    if (verdict === 'verdict.crashed') throw new Error('a bug of the policy');
    return verdict === 'verdict.stop' ? 'stop' : { afterMs: BACKOFF_MS };
  }
}

const DECIDED = 'connection.decided';

/** What ends a connection that is up, or replaces it. */
const ENDINGS: readonly string[] = [DECIDED, 'connection.ended', 'dial.opened', 'redial', 'stop', 'shutdown'];

const isUp = (state: string) => state === 'up' || state.startsWith('overlapping.');

/** Whether the handler of the connection that is up, or was just before, has returned in an overlap. */
const isDecided = (steps: readonly ModelStep<Machine>[]) =>
  steps.some(({ event }) => event.type === DECIDED) &&
  steps.findLastIndex(({ event }) => event.type === DECIDED) >
    steps.findLastIndex(({ event }) => event.type === 'dial.opened');

/** No walk can do this: a verdict comes at once, and an attempt that is called off fails. */
const BEYOND: readonly string[] = [
  ...['redial', 'overlap', 'stop', 'shutdown'].map((event) => `waiting.verdict: ${event}`),
  ...['redial', 'stop', 'shutdown', 'connection.ended', DECIDED].map((event) => `overlapping.verdict: ${event}`),
  ...['asked', 'shutDown'].map((state) => `stopping.${state}: dial.opened`),
];

const eventOf = (type: string): DialerEvent => ({ type, reason: '' }) as DialerEvent;

const EVENTS = dialerMachine.events.map(eventOf);

/** What ends the stopping follows from what was going on, and only a handler that ran can have finished. */
function isPossible(type: string, state: string, steps: readonly ModelStep<Machine>[]): boolean {
  const last = steps.at(-1);
  if (state === 'up' && isDecided(steps)) return ['connection.ended', 'stop', 'shutdown'].includes(type);
  // A connection comes of age once.
  if (state === 'up' && type === 'deadline.age') {
    const latest = steps.findLast(({ event }) => event.type === 'dial.opened' || event.type === 'deadline.age');
    return latest?.event.type === 'dial.opened';
  }
  if (state === 'waiting.verdict' && isDecided(steps)) return type === 'verdict.finished';
  if (state === 'waiting.verdict' && type === 'verdict.finished')
    return last?.event.type === 'connection.ended' && last.from.name === 'up';
  if (state.startsWith('stopping.')) {
    const wasUp = isUp(steps.findLast(({ from }) => !from.name.startsWith('stopping.'))?.from.name ?? '');
    if (type === 'connection.ended') return wasUp;
    if (type === 'dial.failed') return !wasUp;
  }
  return !BEYOND.includes(`${state}: ${type}`);
}

const modelOver = (makeTransport: (clock: Clock) => Transport) =>
  createTestModel(dialerMachine, {
    events: ({ name }, steps) => EVENTS.filter(({ type }) => isPossible(type, name, steps)),
    undriven: ['verdict.finished'],
    withinMs: 20_000,
    driver: {
      start: async ({ steps }: DriverRun<Machine>) => new Dialing(steps).start(makeTransport),
      events: { '*': (dialing, event, { from }) => dialing.apply(event, from) },
      states: { '*': (dialing, state) => dialing.check(state) },
    },
  });

describe.each<readonly [string, (clock: Clock) => Transport]>([
  ['in memory', createMemoryTransport],
  ['over real sockets', ({ now, wallNow }) => createWsTransport({ now, wallNow })],
])('a dialer %s', (_where, makeTransport) => {
  test('keeps to its machine on paths and walks, by every transition that a world can bring about', async () => {
    const model = modelOver(makeTransport);
    await model.testPaths();
    // Paths come to a state by the shortest way, on which no connection was up.
    for (const path of [
      ['dial.opened', 'connection.ended', 'verdict.finished'],
      ['dial.opened', 'stop', 'connection.ended'],
      ['dial.opened', 'shutdown', 'connection.ended'],
      ['dial.opened', 'overlap', 'connection.decided', 'connection.ended', 'verdict.finished'],
      ['dial.opened', 'overlap', 'dial.failed', 'verdict.retry', 'connection.decided', 'stop', 'connection.ended'],
    ])
      await model.path(path.map(eventOf)).test();
    await model.testWalks({ runs: 150, maxSteps: 12, seed });
    model.coverage.assertFull({ except: BEYOND });
  });
});
