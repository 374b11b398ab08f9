import { type ConnectionEvent, connectionMachine, createStepper } from '../../src/machines/index.js';
import type { ConnectionSystem, Observation } from './connection-system.js';

const stepper = createStepper(connectionMachine);

/** The connection machine by remembered steps, as the runtime runs it, with nothing around. */
export class PureSystem implements ConnectionSystem {
  readonly doesReport = false;
  #state = stepper.initial().next;
  #isInterrupted = false;

  async apply({ type }: ConnectionEvent): Promise<void> {
    const { next, effects } = stepper.step(this.#state, type);
    this.#state = next;
    // There are no frames here, so all is read.
    this.#isInterrupted ||= effects.includes('interruptHandler') || effects.includes('interruptHandlerOnceRead');
  }

  observe(): Observation {
    return { state: this.#state.name, isInterrupted: this.#isInterrupted, report: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
