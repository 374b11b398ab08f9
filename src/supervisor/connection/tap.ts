import type { Unsubscribable } from 'rxjs';
import type { MachineState } from '../../machines/machine-state.js';
import type { CloseReport } from '../../transport/close-report.js';
import type { ChildExit } from '../api/child-spec.js';
import type { Connection } from '../api/connection.js';
import type { Dialer } from '../api/dialer.js';
import type { Note, ObservedStep, Observer, Subject } from '../api/observer.js';
import type { Supervisor, SupervisorReport } from '../api/supervisor.js';
import { checkObserver } from '../options/option-rules.js';
import type { ConnectionActor } from './connection-actor.js';

/** Hands what the machines of one supervisor do to its observers, and to those of its ancestors. */
export class Tap {
  readonly #parent: Tap | undefined;
  readonly #observers = new Set<Observer>();
  readonly #onThrow: (error: unknown) => void;
  #stateOf: (() => string) | undefined;
  supervisor: Supervisor | undefined;

  /** @param onThrow called with what an observer threw, after that observer was detached. */
  constructor(parent: Tap | undefined, onThrow: (error: unknown) => void) {
    this.#parent = parent;
    this.#onThrow = onThrow;
  }

  /**
   * Names the supervisor that the subjects belong to, and reports that it has begun.
   *
   * @param stateOf returns the path of its machine's state.
   */
  belongsTo(supervisor: Supervisor, stateOf: () => string): void {
    this.supervisor = supervisor;
    this.#stateOf = stateOf;
    if (this.isObserved) this.began(this.ofSupervisor(), stateOf());
  }

  /** Whether anybody observes. If not, nothing is to be made for the calls below. */
  get isObserved(): boolean {
    return this.#observers.size > 0 || this.#parent?.isObserved === true;
  }

  /**
   * Attaches an observer.
   *
   * @param present the subjects that have begun already.
   * @throws {OptionError} for what is no observer.
   */
  attach(given: Observer, present: () => Iterable<Present>): Unsubscribable {
    checkObserver(given, 'observe: observer');
    // One object given twice is two observers.
    const observer: Observer = {
      began: (subject, state) => given.began?.(subject, state),
      stepped: (subject, step) => given.stepped?.(subject, step),
      noted: (subject, what) => given.noted?.(subject, what),
      ended: (subject, how) => given.ended?.(subject, how),
    };
    this.#observers.add(observer);
    if (given.began !== undefined) {
      for (const { subject, state } of present()) {
        if (!this.#observers.has(observer)) break;
        this.#call(observer, () => observer.began?.(subject, state));
      }
    }
    return { unsubscribe: () => this.#observers.delete(observer) };
  }

  began(subject: Subject, state: string): void {
    this.#each((observer) => observer.began?.(subject, state));
  }

  stepped(
    subject: Subject,
    event: ObservedStep['event'],
    from: Pick<MachineState, 'path'>,
    to: Pick<MachineState, 'path'>,
    effects: readonly string[],
  ): void {
    const step: ObservedStep = { event, from: from.path, to: to.path, effects };
    this.#each((observer) => observer.stepped?.(subject, step));
  }

  noted(subject: Subject, what: Note): void {
    this.#each((observer) => observer.noted?.(subject, what));
  }

  ended(subject: Subject, how: CloseReport | ChildExit | SupervisorReport): void {
    this.#each((observer) => observer.ended?.(subject, how));
  }

  /** The machines of the supervisor itself, and of its dialers. */
  *present(): Iterable<Present> {
    yield { subject: this.ofSupervisor(), state: this.#stateOf?.() ?? '' };
    const { supervisor } = this;
    for (const { id } of supervisor?.whichChildren() ?? []) {
      const child = supervisor?.child(id);
      if (child?.kind === 'dialer') yield { subject: this.ofDialer(child), state: (child as HasMachine).machinePath };
    }
  }

  ofConnection(connection: Connection<unknown>): Subject {
    return { machine: 'connection', connection, supervisor: this.#owner };
  }

  ofDialer(dialer: Dialer): Subject {
    return { machine: 'dialer', dialer, supervisor: this.#owner };
  }

  ofSupervisor(): Subject {
    return { machine: 'supervisor', supervisor: this.#owner, parent: this.#parent?.supervisor };
  }

  get #owner(): Supervisor {
    if (this.supervisor === undefined) throw new Error('a tap has its supervisor before it is observed');
    return this.supervisor;
  }

  #each(call: (observer: Observer) => void): void {
    for (const observer of this.#observers) this.#call(observer, () => call(observer));
    if (this.#parent !== undefined) this.#parent.#each(call);
  }

  #call(observer: Observer, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#observers.delete(observer);
      this.#onThrow(error);
    }
  }
}

/** A machine that has begun, and the path of its state. */
export interface Present {
  readonly subject: Subject;
  readonly state: string;
}

/** A dialer as its supervisor holds it. */
interface HasMachine extends Dialer {
  readonly machinePath: string;
}

/** A connection, as `began` reports it. */
export function presentOf(connection: ConnectionActor): Present {
  return {
    subject: connection.parent.services.tap.ofConnection(connection),
    state: connection.machineState.path,
  };
}

/**
 * Notes what explains the life of a connection, where somebody observes.
 *
 * @param connection the whole connection, of which callers name the parts that they use themselves.
 */
export function note(connection: Pick<ConnectionActor, 'parent'>, what: Note): void {
  const { tap } = connection.parent.services;
  if (tap.isObserved) tap.noted(tap.ofConnection(connection as ConnectionActor), what);
}
