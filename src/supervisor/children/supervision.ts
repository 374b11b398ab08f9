import type { CloseFrame } from '../../transport/close-report.js';
import { ChildError, EndedError } from '../../transport/errors.js';
import type { Child, Exit, RunningChild } from '../api/child-spec.js';
import type { ChildPlan } from '../options/resolve-child-spec.js';
import { deferred } from '../time/deferred.js';
import { ChildRuns } from './child-runs.js';
import { ChildSlot, type StartFault } from './child-slot.js';
import { Children } from './children.js';
import { Mailbox } from './mailbox.js';
import { Restarting, type SupervisionSettings } from './restarting.js';
import { stopOrder } from './stop-order.js';
import { GOING_AWAY } from './stopping.js';
import type { SupervisionOwner } from './supervision-owner.js';

/**
 * OTP's supervision of the children of one supervisor: calls, exits, and restarts are handled one after the other.
 *
 * Unlike in OTP, a stop does not wait for them: waiting calls are refused, and a start under way is called off, and
 * abandoned when the child's shutdown budget is used up.
 */
export class Supervision {
  readonly children = new Children();
  readonly #owner: SupervisionOwner;
  readonly #runs: ChildRuns;
  readonly #mailbox = new Mailbox();
  readonly #restarting: Restarting;
  #isStopping = false;
  #close = GOING_AWAY;

  constructor(owner: SupervisionOwner, settings: SupervisionSettings) {
    const { children } = this;
    this.#owner = owner;
    const runs = new ChildRuns(owner, children, (slot, running, exit) =>
      this.#mailbox.post(() => this.#exited(slot, running, exit)),
    );
    this.#runs = runs;
    this.#restarting = new Restarting({ owner, settings, children, runs, mailbox: this.#mailbox });
  }

  get intensity() {
    return this.#restarting.intensity;
  }

  /**
   * Starts the first children, one after the other, as one task: exits of the first wait until the last is started.
   * Rejects with the error of the first child that cannot be started.
   *
   * @param onFault is called first, within that task: it stops the supervisor before any exit is judged.
   */
  startAll(plans: readonly ChildPlan[], onFault: () => void): Promise<void> {
    return this.#call(async () => {
      try {
        for (const plan of plans) await this.#startFirst(this.#admit(plan));
      } catch (error) {
        onFault();
        throw error;
      }
    });
  }

  /** Starts a child; at once if no other task is under way. */
  start(plan: ChildPlan): Promise<Child> {
    return this.#call(() => this.#startFirst(this.#admit(plan)));
  }

  /**
   * Starts a child whose handle has been given out already. It has its place among the children from this call on.
   * Rejects when the supervisor stops before it is started.
   *
   * @throws {ChildError} for an id in use.
   */
  startLater(plan: ChildPlan, handle: Child): Promise<Child> {
    const slot = this.#admit(plan, handle);
    return this.#call(() => this.#startFirst(slot));
  }

  terminate(id: string): Promise<void> {
    return this.#call(async () => {
      const slot = this.#find(id);
      if (slot.state === 'stopped') return;
      await this.#runs.stop(slot, this.#close);
      this.#runs.keepOrForget(slot);
    });
  }

  /** Starts a child whose spec was kept. */
  restart(id: string): Promise<Child> {
    return this.#call(() => {
      const slot = this.#findStopped(id);
      return this.#handleOf(slot, this.#runs.begin(slot));
    });
  }

  delete(id: string): Promise<void> {
    return this.#call(() => this.#runs.forget(this.#findStopped(id)));
  }

  /** The user has stopped a child for good: its spec is forgotten when it has exited, or now if it already has. */
  stoppedByUser(id: string, handle: Child): void {
    const slot = this.children.get(id);
    if (slot?.handle !== handle) return;
    const { running } = slot;
    slot.isStoppedByUser = true;
    this.#mailbox.post(() => {
      if (this.#isStopping || this.children.get(id) !== slot) return undefined;
      // The run that the user has stopped exits by itself, and its exit is judged then. A later run, begun by a restart
      // that had been under way, has to be stopped here.
      if (slot.running !== undefined && slot.running === running) return undefined;
      return this.#runs.stop(slot, this.#close).then(() => this.#runs.forget(slot));
    });
  }

  /** Whether all of its children may end together; then it may end together with its neighbours, too. */
  get endsTogether(): boolean {
    return [...this.children].every((slot) => slot.endsTogether);
  }

  /** Stops all children, in reverse start order, each within its shutdown budget. */
  stop(close: CloseFrame): Promise<void> {
    const waiting = this.#mailbox.takeWaiting();
    this.#isStopping = true;
    this.#close = close;
    this.#restarting.end();
    this.#runs.callOffStart(this.#endedError());
    const { promise, resolve } = deferred<void>();
    this.#mailbox.post(() => this.#stopAll().then(resolve));
    // Each of them finds the supervisor stopping: calls are refused, and exits are not judged.
    for (const task of waiting) void task();
    return promise;
  }

  /** Abandons the start under way, and terminates every child that still runs. */
  terminateRemaining(): void {
    this.#runs.terminateRemaining(this.#close, this.#endedError());
  }

  /** Does a task for a caller, and keeps the process alive until the caller has its answer. */
  async #call<T>(act: () => T | Promise<T>): Promise<T> {
    this.#checkNotStopping();
    const release = this.#owner.keepAlive.hold();
    try {
      return await this.#mailbox.call(() => {
        this.#checkNotStopping();
        return act();
      });
    } finally {
      release();
    }
  }

  /** @throws {ChildError} for an id in use. */
  #admit(plan: ChildPlan, handle?: Child): ChildSlot {
    const present = this.children.get(plan.id);
    if (present !== undefined) {
      const isDown = present.state === 'stopped' || present.state === 'restarting';
      throw new ChildError(isDown ? 'already-present' : 'already-started', plan.id, this.#owner.name);
    }
    const slot = new ChildSlot(plan, handle);
    this.children.add(slot);
    return slot;
  }

  /** The first start of a child: if it fails, no spec is kept, as in OTP. */
  #startFirst(slot: ChildSlot): Child | Promise<Child> {
    const begun = slot.isStoppedByUser ? { error: this.#endedError() } : this.#runs.begin(slot);
    return this.#handleOf(slot, begun, () => this.children.remove(slot));
  }

  /** Returns the handle of a child that was started. Throws, or rejects with, the error of a start that failed. */
  #handleOf(
    slot: ChildSlot,
    begun: StartFault | undefined | Promise<StartFault | undefined>,
    onFault = () => {},
  ): Child | Promise<Child> {
    if (begun instanceof Promise) return begun.then((fault) => this.#handleOf(slot, fault, onFault));
    if (begun !== undefined) {
      onFault();
      throw begun.error;
    }
    const { handle } = slot;
    if (this.#isStopping || handle === undefined) throw this.#endedError();
    return handle;
  }

  /** A child has exited by itself. A run that was stopped is no longer the slot's, and was dealt with by its stop. */
  #exited(slot: ChildSlot, running: RunningChild, exit: Exit): void | Promise<void> {
    if (slot.running !== running || this.#isStopping) return undefined;
    return this.#restarting.judge(slot, this.#runs.exited(slot, slot.ran(exit)));
  }

  async #stopAll(): Promise<void> {
    for (const slots of stopOrder(this.children.reversed(), ({ endsTogether }) => endsTogether)) {
      await this.#runs.stopTogether(slots, this.#close, (slot) => this.#runs.conclude(slot));
    }
  }

  /** @throws {ChildError} when there is no such child. */
  #find(id: string): ChildSlot {
    const slot = this.children.get(id);
    if (slot === undefined) throw new ChildError('not-found', id, this.#owner.name);
    return slot;
  }

  /** @throws {ChildError} when there is no such child, or it runs, or is about to. */
  #findStopped(id: string): ChildSlot {
    const slot = this.#find(id);
    if (slot.state !== 'stopped')
      throw new ChildError(slot.state === 'restarting' ? 'restarting' : 'running', id, this.#owner.name);
    return slot;
  }

  #checkNotStopping(): void {
    if (this.#isStopping) throw this.#endedError();
  }

  #endedError(): EndedError {
    return new EndedError(`supervisor ${this.#owner.name} has stopped; it starts no children any more.`);
  }
}
