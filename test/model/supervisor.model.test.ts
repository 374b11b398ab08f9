import { describe, expect, test } from 'vitest';
import { type SupervisorMachineEvent, supervisorMachine } from '../../src/machines/index.js';
import type { ChildSpec, Exit } from '../../src/supervisor/api/child-spec.js';
import type { Clock } from '../../src/supervisor/api/clock.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { createTestModel } from '../../src/testing/model/create-test-model.js';
import type { ModelState } from '../../src/testing/model/driver.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import type { Transport } from '../../src/transport/transport.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { seed } from '../support/seed.js';

/** How long a drain waits before it closes anything: meanwhile it can be called off. */
const NOT_READY_FIRST_MS = 1000;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A child supervisor with a worker, and with a client that ends only when the walk says so. */
class Supervision {
  readonly #clock = createHeapClock();
  readonly #states: string[] = [];
  readonly #checked: string[] = [];
  #parent: Supervisor | undefined;
  #supervisor: Supervisor | undefined;
  #peer: ScriptedPeer | undefined;
  #drain = new AbortController();
  #crash: () => void = () => {};

  async start(makeTransport: (clock: Clock) => Transport): Promise<this> {
    const transport = makeTransport(this.#clock);
    const parent = createSupervisor({ clock: this.#clock, transport, liveness: false });
    this.#parent = parent;
    parent.observe({
      began: (subject, state) => {
        if (subject.machine === 'supervisor' && subject.parent !== undefined) this.#states.push(state);
      },
      stepped: (subject, { from, to }) => {
        if (subject.machine === 'supervisor' && subject.parent !== undefined && from !== to) this.#states.push(to);
      },
    });
    await parent.startChild({
      id: 'child',
      restart: 'temporary',
      start: ({ supervise }) =>
        supervise({ intensity: { maxRestarts: 0, withinMs: 1000 }, children: [this.#worker()] }),
    });
    const supervisor = parent.child('child');
    if (supervisor?.kind !== 'supervisor') throw new Error('the child is a supervisor');
    this.#supervisor = supervisor;
    const { address } = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: ({ closed }) => closed });
    const peer = ScriptedPeer.dial(transport, `ws://127.0.0.1:${address?.port}/`, { behaviour: 'mute' });
    await peer.fact('wire.opened');
    while (supervisor.connections.size === 0) await turn();
    this.#peer = peer;
    return this;
  }

  async apply({ type }: { readonly type: string }): Promise<void> {
    const supervisor = this.#supervisor;
    switch (type) {
      case 'drain':
        this.#drain = new AbortController();
        supervisor?.drain({ notReadyFirstMs: NOT_READY_FIRST_MS, signal: this.#drain.signal }).catch(() => {});
        return;
      case 'drained':
        this.#peer?.wire.terminate();
        while (supervisor?.connections.size !== 0) await turn();
        await this.#clock.advanceAsync(2 * NOT_READY_FIRST_MS);
        return;
      case 'resume':
        this.#drain.abort();
        return;
      case 'stop':
        void supervisor?.stop();
        return;
      case 'terminate':
        void supervisor?.terminate();
        return;
      case 'shutdown':
        void this.#parent?.terminateChild('child');
        return;
      case 'child.escalated':
        this.#crash();
        return;
      default:
        this.#peer?.wire.terminate();
    }
  }

  /** Waits until it has come by the model's states, and by no others, except where it goes on by itself. */
  async check({ name }: ModelState<typeof supervisorMachine>): Promise<void> {
    if (this.#checked.at(-1) !== name) this.#checked.push(name);
    while (this.#states.length < this.#checked.length) await turn();
    const seen = name.startsWith('stopping.') ? this.#states.slice(0, this.#checked.length) : this.#states;
    expect(seen).toEqual(this.#checked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#peer?.wire.terminate();
    await this.#peer?.ended();
    await this.#parent?.terminate();
  }

  #worker(): ChildSpec {
    return {
      id: 'worker',
      restart: 'permanent',
      start: () => {
        let exit: (exit: Exit) => void = () => {};
        const exited = new Promise<Exit>((resolve) => {
          exit = resolve;
        });
        this.#crash = () => exit({ reason: 'abnormal' });
        return {
          handle: { kind: 'worker' },
          exited,
          endsTogether: false,
          shutDown: () => exit({ reason: 'shutdown' }),
          terminate: () => exit({ reason: 'abnormal' }),
          conclude: () => {},
        };
      },
    };
  }
}

/** While a supervisor drains, children that exit are not restarted, so there are never too many restarts. */
const BEYOND: readonly string[] = ['draining: child.escalated'];

const EVENTS = supervisorMachine.events.map((type) => ({ type }) as SupervisorMachineEvent);

const modelOver = (makeTransport: (clock: Clock) => Transport) =>
  createTestModel(supervisorMachine, {
    events: ({ name }) => EVENTS.filter(({ type }) => !BEYOND.includes(`${name}: ${type}`)),
    withinMs: 20_000,
    driver: {
      start: () => new Supervision().start(makeTransport),
      events: { '*': (supervision, event) => supervision.apply(event) },
      states: { '*': (supervision, state) => supervision.check(state) },
    },
  });

describe.each<readonly [string, (clock: Clock) => Transport]>([
  ['in memory', createMemoryTransport],
  ['over real sockets', ({ now, wallNow }) => createWsTransport({ now, wallNow })],
])('a supervisor %s', (_where, makeTransport) => {
  test('keeps to its machine on paths, pairs, and walks', async () => {
    const model = modelOver(makeTransport);
    await model.testPaths({ cover: 'pairs' });
    await model.testWalks({ runs: 50, maxSteps: 10, seed });
    model.coverage.assertFull({ of: ['states', 'transitions', 'pairs'], except: BEYOND });
  });
});
