import type { CloseFrame } from '../../transport/close-report.js';
import { contain } from '../../transport/contain.js';
import type { EndedError } from '../../transport/errors.js';
import type { Child, ChildExit, Exit, RunningChild } from '../api/child-spec.js';
import type { Clock } from '../api/clock.js';
import type { SupervisorEvent } from '../api/events.js';
import type { KeepAlive } from '../time/keep-alive.js';
import { crashed } from './checked-run.js';
import type { OwnContext } from './child-context.js';
import type { ChildSlot, StartFault } from './child-slot.js';
import type { Children } from './children.js';

/** What the runs of children need of their supervisor. */
export interface RunsOwner {
  readonly name: string;
  readonly clock: Clock;
  readonly keepAlive: KeepAlive;
  publish(event: SupervisorEvent): void;
  contextFor(slot: ChildSlot): OwnContext;
  /** Whether a handle is this supervisor, or one that it is below. */
  isAncestorOrSelf(handle: Child): boolean;
}

/** Is told when a run has come to its end, by itself or not. */
type OnExit = (slot: ChildSlot, running: RunningChild, exit: Exit) => void;

/**
 * Starts and stops children, one at a time, and tells what became of each. Who is started and stopped is not decided
 * here.
 */
export class ChildRuns {
  readonly #owner: RunsOwner;
  readonly #children: Children;
  readonly #onExit: OnExit;
  #starting: { readonly slot: ChildSlot; readonly context: OwnContext } | undefined;
  #budget: unknown;

  constructor(owner: RunsOwner, children: Children, onExit: OnExit) {
    this.#owner = owner;
    this.#children = children;
    this.#onExit = onExit;
  }

  /** Starts a child. What hinders it comes back, at once when its start needs no waiting. */
  begin(slot: ChildSlot): StartFault | undefined | Promise<StartFault | undefined> {
    const context = this.#owner.contextFor(slot);
    this.#starting = { slot, context };
    const begun = slot.begin(context, (handle) => this.#owner.isAncestorOrSelf(handle));
    return begun instanceof Promise ? begun.then((fault) => this.#begun(slot, fault)) : this.#begun(slot, begun);
  }

  /** Calls off the start under way, and gives it up when the child's shutdown budget is used up. */
  callOffStart(reason: EndedError): void {
    if (this.#starting === undefined) return;
    const { slot, context } = this.#starting;
    context.abort(reason);
    if (slot.shutdown === 'brutal') this.#abandonStart(reason);
    else if (slot.shutdown !== Number.POSITIVE_INFINITY)
      this.#budget = this.#owner.clock.setTimeout(() => this.#abandonStart(reason), slot.shutdown);
  }

  /** Gives up the start under way, and terminates all that run. */
  hurry(close: CloseFrame, reason: EndedError): void {
    this.#abandonStart(reason);
    for (const slot of this.#children.reversed()) slot.hurry(close, this.#owner.clock);
  }

  /** Stops what runs of a child, within its budget. */
  stop(slot: ChildSlot, close: CloseFrame): Promise<void> {
    return this.stopTogether([slot], close);
  }

  /**
   * Stops what runs of some children, each within its budget: all are told to end, in this order, before the first is
   * waited for. What became of them is told in this order as well.
   *
   * @param onStopped is called for each, in this order, as soon as it and those before it have ended.
   */
  async stopTogether(
    slots: readonly ChildSlot[],
    close: CloseFrame,
    onStopped = (_slot: ChildSlot): void => {},
  ): Promise<void> {
    const letGo = this.#owner.keepAlive.hold();
    const exits = slots.map((slot) => (slot.running === undefined ? undefined : slot.stop(close, this.#owner.clock)));
    for (const [index, slot] of slots.entries()) {
      const exit = await exits[index];
      if (exit !== undefined) this.exited(slot, exit);
      slot.state = 'stopped';
      onStopped(slot);
    }
    letGo();
  }

  /** A run has come to its end. */
  exited(slot: ChildSlot, exit: ChildExit): ChildExit {
    slot.state = 'stopped';
    this.#owner.publish({ type: 'child.exited', supervisor: this.#owner.name, exit });
    return exit;
  }

  /**
   * A child is not started again: its spec is kept, save a temporary child's, and that of one whose user has stopped
   * it.
   */
  leave(slot: ChildSlot): void {
    if (slot.restart === 'temporary' || slot.isStoppedByUser) {
      this.forget(slot);
      return;
    }
    slot.state = 'stopped';
    this.#owner.publish({ type: 'child.kept', supervisor: this.#owner.name, exit: slot.lastExit });
    this.conclude(slot);
  }

  forget(slot: ChildSlot): void {
    this.#children.remove(slot);
    // Another attempt to start it may be waiting for its turn.
    slot.state = 'stopped';
    this.#owner.publish({ type: 'child.forgotten', supervisor: this.#owner.name, exit: slot.lastExit });
    this.conclude(slot);
  }

  /** Who holds the handle may be the user's own code. */
  conclude(slot: ChildSlot): void {
    contain(
      () => slot.conclude(),
      (error) => this.#owner.publish({ type: 'observer.threw', error }),
    );
  }

  #abandonStart(reason: EndedError): void {
    if (this.#starting === undefined) return;
    const { slot, context } = this.#starting;
    slot.abandonStart(reason, context.onAbandon?.());
  }

  #begun(slot: ChildSlot, fault: StartFault | undefined): StartFault | undefined {
    this.#starting = undefined;
    this.#owner.clock.clearTimeout(this.#budget);
    const { running, id } = slot;
    if (fault !== undefined) {
      slot.state = 'stopped';
      this.#owner.publish({
        type: 'child.start-failed',
        supervisor: this.#owner.name,
        childId: id,
        error: fault.error,
      });
    } else if (running !== undefined) {
      this.#owner.publish({
        type: 'child.started',
        supervisor: this.#owner.name,
        childId: id,
        kind: running.handle.kind,
      });
      void running.exited.catch(crashed).then((exit) => this.#onExit(slot, running, exit));
    }
    return fault;
  }
}
