import {
  type ConnectionEffect,
  type ConnectionEvent,
  connectionMachine,
  createStepper,
  type Stand,
} from '../../src/machines/index.js';
import type { ConnectionState } from '../../src/supervisor/api/connection.js';
import type { ConnectionSystem, Observation } from './connection-system.js';

const stepper = createStepper<ConnectionEffect>(connectionMachine);

/** The connection machine by remembered steps, as the runtime runs it, with nothing around. */
export class PureSystem implements ConnectionSystem {
  readonly doesReport = false;
  #stand: Stand<ConnectionEffect> = stepper.initial().next;
  #isInterrupted = false;

  async apply({ type }: ConnectionEvent): Promise<void> {
    const { next, effects } = stepper.step(this.#stand, type);
    this.#stand = next;
    // There are no frames here, so all is read.
    this.#isInterrupted ||= effects.includes('interruptHandler') || effects.includes('interruptHandlerOnceRead');
  }

  observe(): Observation {
    return { state: this.#stand.name as ConnectionState, isInterrupted: this.#isInterrupted, report: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
