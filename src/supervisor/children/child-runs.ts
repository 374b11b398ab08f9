import type { CloseFrame } from '../../transport/close-report.js';
import { contain } from '../../transport/contain.js';
import type { EndedError } from '../../transport/errors.js';
import type { ChildExit, Exit, RunningChild } from '../api/child-spec.js';
import { crashed } from './checked-run.js';
import type { StartContext } from './child-context.js';
import type { ChildSlot, StartFault } from './child-slot.js';
import type { Children } from './children.js';
import type { SupervisionOwner } from './supervision-owner.js';

/**
 * Starts and stops the children of one supervisor, and publishes the events about them. It does not decide which child
 * is started or stopped. At most one start is under way.
 */
export class ChildRuns {
  readonly #owner: SupervisionOwner;
  readonly #children: Children;
  readonly #onExit: OnExit;
  #starting: { readonly slot: ChildSlot; readonly context: StartContext } | undefined;
  /** The timer that abandons a start that was called off. */
  #budget: unknown;

  constructor(owner: SupervisionOwner, children: Children, onExit: OnExit) {
    this.#owner = owner;
    this.#children = children;
    this.#onExit = onExit;
  }

  /** Starts a child. Returns the fault of a start that failed, at once if that start is synchronous. */
  begin(slot: ChildSlot): StartFault | undefined | Promise<StartFault | undefined> {
    const context = this.#owner.contextFor(slot.id);
    this.#starting = { slot, context };
    const begun = slot.begin(context, (handle) => this.#owner.isAncestorOrSelf(handle));
    return begun instanceof Promise ? begun.then((fault) => this.#begun(slot, fault)) : this.#begun(slot, begun);
  }

  /** Calls off the start under way, and abandons it when the child's shutdown budget is used up. */
  callOffStart(reason: EndedError): void {
    if (this.#starting === undefined) return;
    const { slot, context } = this.#starting;
    context.abort(reason);
    if (slot.shutdown === 'brutal') this.#abandonStart(reason);
    else if (slot.shutdown !== Number.POSITIVE_INFINITY)
      this.#budget = this.#owner.clock.setTimeout(() => this.#abandonStart(reason), slot.shutdown);
  }

  /** Abandons the start under way, and terminates every child that still runs. */
  terminateRemaining(close: CloseFrame, reason: EndedError): void {
    this.#abandonStart(reason);
    for (const slot of this.#children.reversed()) slot.terminate(close, this.#owner.clock);
  }

  /** Stops the present run of a child, within its shutdown budget. */
  stop(slot: ChildSlot, close: CloseFrame): Promise<void> {
    return this.stopTogether([slot], close);
  }

  /**
   * Stops the present runs of some children, each within its shutdown budget. All are asked to end, in this order,
   * before the first is awaited. Their exits are published in this order as well.
   *
   * @param onStopped is called for each child, in this order, as soon as it and those before it have ended.
   */
  async stopTogether(
    slots: readonly ChildSlot[],
    close: CloseFrame,
    onStopped = (_slot: ChildSlot): void => {},
  ): Promise<void> {
    const release = this.#owner.keepAlive.hold();
    const exits = slots.map((slot) => (slot.running === undefined ? undefined : slot.stop(close, this.#owner.clock)));
    for (const [index, slot] of slots.entries()) {
      const exit = await exits[index];
      if (exit !== undefined) this.exited(slot, exit);
      slot.state = 'stopped';
      onStopped(slot);
    }
    release();
  }

  /** Publishes the end of a run. */
  exited(slot: ChildSlot, exit: ChildExit): ChildExit {
    slot.state = 'stopped';
    this.#owner.publish({ type: 'child.exited', supervisor: this.#owner.name, exit });
    return exit;
  }

  /** Leaves a child stopped. Its spec is kept, except that of a temporary child or of one that its user has stopped. */
  keepOrForget(slot: ChildSlot): void {
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
    // A restart of it that waits in the mailbox finds that it is no longer 'restarting'.
    slot.state = 'stopped';
    this.#owner.publish({ type: 'child.forgotten', supervisor: this.#owner.name, exit: slot.lastExit });
    this.conclude(slot);
  }

  /** Reports to the child, which may be the user's own code, that it is not restarted. */
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

  /** A start is over, well or not. */
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

/** Called when a run has ended, by itself or because it was stopped. */
type OnExit = (slot: ChildSlot, running: RunningChild, exit: Exit) => void;
