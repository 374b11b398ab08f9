import type { AnyStateMachine } from 'xstate';
import type { MachineState } from './machine-state.js';
import type { EffectOf, EventOf, StateNameOf } from './machine-types.js';
import type { Stepper } from './stepper.js';

/**
 * Makes the one way in which a machine is run. A runner is made once for each machine and keeps nothing of its hosts:
 * 100,000 connections share one, and each of them pays for its own fields only.
 *
 * Every event, move, and effect of a running machine passes through here, so this is where inspection looks in.
 */
export function createRunner<Host extends MachineHost<Machine>, Machine extends AnyStateMachine>({
  stepper,
  effects,
  moved,
  stepped,
  taken,
}: RunnerParts<Host, Machine>): Runner<Host, Machine> {
  const initial = stepper.initial();

  const carryOut = (host: Host, names: readonly EffectOf<Machine>[], event?: EventOf<Machine>): Fault | undefined => {
    let fault: Fault | undefined;
    for (const name of names) {
      try {
        effects[name](host, event);
      } catch (error) {
        fault ??= { error };
      }
    }
    return fault;
  };

  const take = (host: Host, event: EventOf<Machine>): Fault | undefined => {
    const from = host.machineState;
    const { next, effects: names } = stepper.step(from, event.type);
    let fault: Fault | undefined;
    try {
      host.machineState = next;
      if (next !== from) moved?.(host, from, next, event);
    } catch (error) {
      fault = { error };
    }
    stepped?.(host, event, from, next, names);
    const carriedOut = carryOut(host, names, event);
    try {
      taken?.(host, event);
    } catch (error) {
      return fault ?? carriedOut ?? { error };
    }
    return fault ?? carriedOut;
  };

  /** Takes the events that came meanwhile, in order. What was thrown is thrown when none is left. */
  const settle = (host: Host, faultSoFar: Fault | undefined): void => {
    let fault = faultSoFar;
    for (let next = host.mail?.shift(); next !== undefined; next = host.mail?.shift()) {
      const thrown = take(host, next);
      fault ??= thrown;
    }
    if (host.mail !== undefined) host.mail = undefined;
    host.isStepping = false;
    if (fault !== undefined) throw fault.error;
  };

  return {
    initial: initial.next,

    at: (path) => stepper.at(path),

    start(host) {
      host.machineState = initial.next;
      host.isStepping = true;
      stepped?.(host, undefined, initial.next, initial.next, initial.effects);
      settle(host, carryOut(host, initial.effects));
    },

    dispatch(host, event) {
      if (host.isStepping) {
        (host.mail ??= []).push(event);
        return;
      }
      host.isStepping = true;
      settle(host, take(host, event));
    },
  };
}

/** What a runner keeps in its host: the state of the host's machine, and the events that came during a step. */
export interface MachineHost<Machine extends AnyStateMachine> {
  machineState: MachineState<StateNameOf<Machine>, EffectOf<Machine>>;
  /** Whether an event is being taken: others wait. */
  isStepping: boolean;
  /**
   * The events that wait, made when there is one. A host of which there are many can keep it elsewhere, by accessors.
   */
  mail: EventOf<Machine>[] | undefined;
}

/** What a runner is made of. */
export interface RunnerParts<Host, Machine extends AnyStateMachine> {
  /** The machine's steps. */
  readonly stepper: Stepper<StateNameOf<Machine>, EffectOf<Machine>>;
  /**
   * What each effect does. It gets the event that asked for it, or `undefined` when the machine starts. When one
   * throws, the effects after it and the events that wait are carried out all the same, and the first error is thrown
   * then.
   */
  readonly effects: Readonly<Record<EffectOf<Machine>, (host: Host, event: EventOf<Machine> | undefined) => void>>;
  /** Called when an event has led to another state, before the effects. */
  readonly moved?: (
    host: Host,
    from: MachineState<StateNameOf<Machine>, EffectOf<Machine>>,
    to: MachineState<StateNameOf<Machine>, EffectOf<Machine>>,
    event: EventOf<Machine>,
  ) => void;
  /**
   * Called for each event and for the start, whose event is `undefined`, before the effects: for those who observe the
   * machine. Must not throw.
   */
  readonly stepped?: (
    host: Host,
    event: EventOf<Machine> | undefined,
    from: MachineState<StateNameOf<Machine>, EffectOf<Machine>>,
    to: MachineState<StateNameOf<Machine>, EffectOf<Machine>>,
    effects: readonly EffectOf<Machine>[],
  ) => void;
  /** Called when the effects of an event have been carried out, also of an event that the state does not take. */
  readonly taken?: (host: Host, event: EventOf<Machine>) => void;
}

/** Runs one machine for all of its hosts. */
export interface Runner<Host, Machine extends AnyStateMachine> {
  readonly initial: MachineState<StateNameOf<Machine>, EffectOf<Machine>>;
  /**
   * Returns the state at a path, for hosts that start elsewhere than in the initial state: they assign it, and no
   * effect is carried out.
   *
   * @throws {Error} for a path that the machine does not have.
   */
  at(path: string): MachineState<StateNameOf<Machine>, EffectOf<Machine>>;
  /** Puts the host's machine into the initial state, and carries out the effects of entering it. */
  start(host: Host): void;
  /** Gives an event to the host's machine. An event that comes during a step waits until that step is done. */
  dispatch(host: Host, event: EventOf<Machine>): void;
}

/** What an effect threw: it may be anything, `undefined` included. */
interface Fault {
  readonly error: unknown;
}
