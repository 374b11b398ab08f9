import { describe, expect, test } from 'vitest';
import { type DialerEvent, dialerMachine } from '../../src/machines/index.js';
import type { Clock } from '../../src/supervisor/api/clock.js';
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

type Machine = typeof dialerMachine;

/** Take the same walks again with `MODEL_SEED=... npx vitest run test/model/dialer.model.test.ts`. */
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);

const BACKOFF_MS = 10;

/** Longer than the backoff, and shorter than any other deadline. */
const LONG_ENOUGH_MS = 1000;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A dialer, and a server that answers each of its attempts when the walk says so. */
class Dialing {
  readonly clock = createHeapClock();
  readonly #verdicts: string[];
  /** Whether each connection ends because its handler has returned. */
  readonly #returns: boolean[];
  /** What the dialer's machine has gone through, as the observer sees it. */
  readonly #states: string[] = [];
  readonly #upgrades: Upgrade[] = [];
  readonly #checked: string[] = [];
  #peer: ScriptedPeer | undefined;
  #finish: () => void = () => {};
  #server: ScriptedServer | undefined;
  #supervisor: Supervisor | undefined;
  #dialer: Dialer | undefined;

  /** The policy and the handler have to know beforehand what they are to decide. */
  constructor(steps: readonly ModelStep<Machine>[]) {
    const types = steps.map(({ event }) => event.type);
    this.#verdicts = types.filter((type) => type.startsWith('verdict.') && type !== 'verdict.finished');
    this.#returns = types.flatMap((type, index) =>
      type === 'connection.ended' ? [types[index + 1] === 'verdict.finished'] : [],
    );
  }

  async start(makeTransport: (clock: Clock) => Transport): Promise<this> {
    const transport = makeTransport(this.clock);
    const server = await ScriptedServer.listen(transport, { onUpgrade: (upgrade) => this.#upgrades.push(upgrade) });
    const supervisor = createSupervisor({ clock: this.clock, transport, liveness: false });
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
      handler: (connection) =>
        new Promise((resolve) => {
          this.#finish = () => resolve(undefined);
          void connection.closed.then(() => resolve(undefined));
        }),
    });
    return this;
  }

  async apply({ type }: { readonly type: string }, from: ModelState<Machine>): Promise<void> {
    switch (type) {
      case 'dial.opened':
        this.#peer = new ScriptedPeer((await this.#attempt()).accept(undefined, SCRIPTED_WIRE_OPTIONS) as never);
        return;
      case 'dial.failed':
        if (from.name === 'dialing') (await this.#attempt()).refuse({ status: 503 });
        return;
      case 'connection.ended':
        if (from.name !== 'up') return;
        if (this.#returns.shift() === true) this.#finish();
        else this.#peer?.wire.terminate();
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
    const goesOn = name === 'waiting.verdict' || name.startsWith('stopping.');
    expect(goesOn ? this.#states.slice(0, this.#checked.length) : this.#states).toEqual(this.#checked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const upgrade of this.#upgrades.splice(0)) upgrade.refuse({ status: 503 });
    await this.#supervisor?.terminate();
    await this.#server?.[Symbol.asyncDispose]();
    this.#peer?.wire.terminate();
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

/** No walk can do this: a verdict comes at once, and an attempt that is called off fails. */
const BEYOND: readonly string[] = [
  ...['redial', 'stop', 'shutdown'].map((event) => `waiting.verdict: ${event}`),
  ...['asked', 'shutDown'].map((state) => `stopping.${state}: dial.opened`),
];

const eventOf = (type: string): DialerEvent => ({ type, reason: '' }) as DialerEvent;

const EVENTS = dialerMachine.events.map(eventOf);

/** What ends the stopping follows from what was going on, and only a handler that ran can have finished. */
function isPossible(type: string, state: string, steps: readonly ModelStep<Machine>[]): boolean {
  const last = steps.at(-1);
  if (state === 'waiting.verdict' && type === 'verdict.finished') return last?.event.type === 'connection.ended';
  if (state.startsWith('stopping.')) {
    const wasUp = steps.findLast(({ from }) => !from.name.startsWith('stopping.'))?.from.name === 'up';
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
    // Paths come to a verdict by the shortest way, on which no handler has run.
    await model.path(['dial.opened', 'connection.ended', 'verdict.finished'].map(eventOf)).test();
    await model.testWalks({ runs: 150, maxSteps: 12, seed: SEED });
    model.coverage.assertFull({ except: BEYOND });
  });
});
