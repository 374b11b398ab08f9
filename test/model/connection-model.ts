import { type ConnectionEvent, connectionMachine, createStepper } from '../../src/machines/index.js';
import { createTestModel } from '../../src/testing/model/create-test-model.js';
import type { ModelStep } from '../../src/testing/model/driver.js';
import type { TestModel } from '../../src/testing/model/test-model.js';
import { eventsIn, ignoredIn } from './connection-events.js';
import { agree, type ConnectionSystem, type Patience, type Step, type SystemMaker } from './connection-system.js';

export type ConnectionModel = TestModel<typeof connectionMachine>;

/** What may differ from one system to another. */
export interface ConnectionModelOptions {
  /** Whether the system, or the world around it, can bring a step about. Default: every step. */
  readonly isPossible?: (step: Pick<Step, 'from' | 'event'>) => boolean;
  /** Events that it cannot bring about in any state. Default none. */
  readonly undriven?: readonly ConnectionEvent['type'][];
  /** Whether events are tried in states that have no transition for them. Default `false`. */
  readonly triesIgnored?: boolean;
  readonly patience?: Patience;
}

/** Longer than `patience`: a system that is not where it should be says so, and the deadline only cuts what hangs. */
const WITHIN_MS = 20_000;

/** The test model of the connection machine, for one system. */
export function connectionModel(
  makeSystem: SystemMaker,
  { isPossible = () => true, undriven = [], triesIgnored = false, patience }: ConnectionModelOptions = {},
): ConnectionModel {
  const choose =
    (from: Readonly<Record<string, readonly ConnectionEvent[]>>) =>
    ({ name }: { readonly name: string }, steps: readonly ModelStep<typeof connectionMachine>[]) =>
      (from[name] ?? []).filter(
        (event) =>
          isPossible({ from: name, event }) && !(endsHandler(event) && steps.some((step) => endsHandler(step.event))),
      );
  return createTestModel(connectionMachine, {
    events: choose(eventsIn),
    ignored: triesIgnored ? choose(ignoredIn) : [],
    undriven,
    withinMs: WITHIN_MS,
    driver: {
      start: async ({ steps }) => {
        const all = toTheEnd(stepsOf({ steps }));
        return new Walk(await makeSystem(all), all, patience);
      },
      events: { '*': (walk) => walk.step() },
      states: { '*': (walk) => walk.check() },
      end: (walk) => walk.end(),
    },
  });
}

/** A handler ends once. */
const endsHandler = ({ type }: { readonly type: string }): boolean =>
  type === 'handler.returned' || type === 'handler.threw';

/** One system on its way; after the steps of its path it goes on to an end, so that every walk has its report. */
class Walk {
  readonly #system: ConnectionSystem;
  readonly #steps: readonly Step[];
  readonly #patience: Patience | undefined;
  #done = 0;
  #isSound = true;

  constructor(system: ConnectionSystem, steps: readonly Step[], patience: Patience | undefined) {
    this.#system = system;
    this.#steps = steps;
    this.#patience = patience;
  }

  async step(): Promise<void> {
    const step = this.#steps[this.#done];
    if (step === undefined) throw new Error('the walk has ended');
    this.#done += 1;
    await this.#soundly(() => this.#system.apply(step.event));
  }

  async check(): Promise<void> {
    await this.#soundly(() => agree(this.#system, this.#steps.slice(0, this.#done), this.#patience));
  }

  async end(): Promise<void> {
    await using _system = this.#system;
    while (this.#isSound && this.#done < this.#steps.length) {
      await this.step();
      await this.check();
    }
  }

  async #soundly(work: () => Promise<void>): Promise<void> {
    const wasSound = this.#isSound;
    this.#isSound = false;
    await work();
    this.#isSound = wasSound;
  }
}

const stepper = createStepper(connectionMachine);

/** How to go on to an end from each state. */
const WAY_OUT: Readonly<Record<string, ConnectionEvent>> = {
  connecting: { type: 'wire.opened', protocol: '', remoteAddress: undefined },
  open: { type: 'close', code: 1000, reason: '', trigger: 'close-called' },
  'closing.awaitingPeer': { type: 'wire.closing', received: { code: 1000, reason: '' } },
  'closing.crossed': { type: 'wire.closed', end: { kind: 'closed', unconfirmed: { frames: 0, bytes: 0 } } },
};

/** Steps, followed to an end. */
export function toTheEnd(steps: readonly Step[]): readonly Step[] {
  const from = steps.at(-1)?.to ?? 'connecting';
  const event = WAY_OUT[from];
  if (event === undefined) return steps;
  return toTheEnd([...steps, { from, event, to: stepper.step(stepper.at(from), event.type).next.path }]);
}

/** The steps of a path, in the words of the systems. The machine has no delays, so time is no event. */
export const stepsOf = ({
  steps,
}: {
  readonly steps: readonly ModelStep<typeof connectionMachine>[];
}): readonly Step[] =>
  steps.map(({ event, from, to }) => ({ from: from.name, event: event as ConnectionEvent, to: to.name }));
