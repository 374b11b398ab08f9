import { assertNever } from '../../transport/assert-never.js';
import type { CloseFrame } from '../../transport/close-report.js';
import { ChildError, EndedError } from '../../transport/errors.js';
import type { Child, ChildExit, Exit, RunningChild, Strategy } from '../api/child-spec.js';
import { type Intensity, restartsWithin, type Verdict, verdictOn } from '../api/restart.js';
import type { ChildPlan } from '../options/resolve-child-spec.js';
import { deferred } from '../time/deferred.js';
import { ChildRuns, type RunsOwner } from './child-runs.js';
import { ChildSlot, type StartFault } from './child-slot.js';
import { Children } from './children.js';
import { Mailbox } from './mailbox.js';
import { stopOrder } from './stop-order.js';
import { GOING_AWAY } from './stopping.js';

/** What supervision needs of its supervisor. */
export interface SupervisionOwner extends RunsOwner {
  /** Whether children that exit are started again: not while it drains. */
  readonly isReady: boolean;
  /** More restarts than the intensity allows: it is to stop, and to exit with `shutdown`. */
  escalated(exit: ChildExit): void;
}

/** How children are supervised. */
export interface SupervisionSettings {
  readonly strategy: Strategy;
  readonly intensity: Intensity;
}

const endsTogether = (slot: ChildSlot): boolean => slot.endsTogether;

/**
 * OTP's supervision of the children of one supervisor: calls, exits, and restarts have their turn one after the other.
 *
 * Unlike OTP's, a stop does not wait behind them: calls that wait are refused, a start under way is called off, and
 * given up when the child's shutdown budget is used up.
 */
export class Supervision {
  readonly children = new Children();
  readonly #owner: SupervisionOwner;
  readonly #settings: SupervisionSettings;
  readonly #runs: ChildRuns;
  readonly #mailbox = new Mailbox();
  /** When restarts were made, monotonic ms. */
  #restarts: readonly number[] = [];
  #isStopping = false;
  #close = GOING_AWAY;

  constructor(owner: SupervisionOwner, settings: SupervisionSettings) {
    this.#owner = owner;
    this.#settings = settings;
    this.#runs = new ChildRuns(owner, this.children, (slot, running, exit) =>
      this.#mailbox.post(() => this.#exited(slot, running, exit)),
    );
  }

  /**
   * Starts the first children, one after the other, as one turn: exits of the first wait for the last to be started.
   * Rejects with what hindered the first that did not start.
   *
   * @param onFault is called first, within that turn: it has the supervisor stop before any exit is looked at.
   */
  startAll(plans: readonly ChildPlan[], onFault: () => void): Promise<void> {
    return this.#ask(async () => {
      try {
        for (const plan of plans) await this.#startFirst(this.#admit(plan));
      } catch (error) {
        onFault();
        throw error;
      }
    });
  }

  /** Starts a child; at once if nothing else is under way. */
  start(plan: ChildPlan): Promise<Child> {
    return this.#ask(() => this.#startFirst(this.#admit(plan)));
  }

  /**
   * Starts a child whose handle is given out already, and which has its place from now on. Rejects when it cannot be
   * started any more.
   *
   * @throws {ChildError} for an id in use.
   */
  startLater(plan: ChildPlan, handle: Child): Promise<Child> {
    const slot = this.#admit(plan, handle);
    return this.#ask(() => this.#startFirst(slot));
  }

  terminate(id: string): Promise<void> {
    return this.#ask(async () => {
      const slot = this.#find(id);
      if (slot.state === 'stopped') return;
      await this.#runs.stop(slot, this.#close);
      this.#runs.leave(slot);
    });
  }

  /** Starts a child whose spec was kept. */
  restart(id: string): Promise<Child> {
    return this.#ask(() => {
      const slot = this.#findDown(id);
      return this.#handleOf(slot, this.#runs.begin(slot));
    });
  }

  delete(id: string): Promise<void> {
    return this.#ask(() => this.#runs.forget(this.#findDown(id)));
  }

  /** The user has stopped a child for good: its spec is forgotten once it has exited, or now if it has. */
  stoppedByUser(id: string, handle: Child): void {
    const slot = this.children.get(id);
    if (slot?.handle !== handle) return;
    const { running } = slot;
    slot.isStoppedByUser = true;
    this.#mailbox.post(() => {
      // A run that its user has stopped exits by itself, and is judged then.
      const isDone =
        this.#isStopping || this.children.get(id) !== slot || (slot.running !== undefined && slot.running === running);
      return isDone ? undefined : this.#runs.stop(slot, this.#close).then(() => this.#runs.forget(slot));
    });
  }

  /** Whether its children may end together, and it with its neighbours. */
  get endsTogether(): boolean {
    return [...this.children].every(endsTogether);
  }

  /** Stops all children, told in reverse start order, each within its budget. */
  stop(close: CloseFrame): Promise<void> {
    const waiting = this.#mailbox.takeWaiting();
    this.#isStopping = true;
    this.#close = close;
    this.#runs.callOffStart(this.#endedError());
    const stopped = deferred<void>();
    this.#mailbox.post(() => this.#stopAll().then(stopped.resolve));
    // Each of them finds that it comes too late.
    for (const task of waiting) void task();
    return stopped.promise;
  }

  /** Terminates what is left. */
  hurry(): void {
    this.#runs.hurry(this.#close, this.#endedError());
  }

  /** Does something when its turn has come; the answer is owed. */
  async #ask<T>(act: () => T | Promise<T>): Promise<T> {
    if (this.#isStopping) throw this.#endedError();
    const letGo = this.#owner.keepAlive.hold();
    try {
      return await this.#inTurn(act);
    } finally {
      letGo();
    }
  }

  #inTurn<T>(act: () => T | Promise<T>): Promise<T> {
    const { promise, resolve, reject } = deferred<T>();
    this.#mailbox.post(() => {
      try {
        if (this.#isStopping) throw this.#endedError();
        const result = act();
        if (result instanceof Promise) return result.then(resolve, reject);
        resolve(result);
      } catch (error) {
        reject(error);
      }
      return undefined;
    });
    return promise;
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

  /** The first start of a child: one that fails leaves no spec behind, as in OTP. */
  #startFirst(slot: ChildSlot): Child | Promise<Child> {
    const begun = slot.isStoppedByUser ? { error: this.#endedError() } : this.#runs.begin(slot);
    return this.#handleOf(slot, begun, () => this.children.remove(slot));
  }

  /** The handle of a child that was started. Throws, or rejects, with what hindered it. */
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

  /** A child has exited by itself; one that was stopped has been dealt with by who stopped it. */
  #exited(slot: ChildSlot, running: RunningChild, exit: Exit): void | Promise<void> {
    if (slot.running !== running || this.#isStopping) return undefined;
    return this.#judge(slot, this.#runs.exited(slot, slot.ran(exit)));
  }

  #judge(slot: ChildSlot, exit: ChildExit): void | Promise<void> {
    const { intensity } = this.#settings;
    const now = this.#owner.clock.now();
    this.#restarts = restartsWithin(this.#restarts, intensity, now);
    const verdict = this.#verdictOn(slot, exit, now);
    switch (verdict) {
      case 'restart':
        this.#restarts = [...this.#restarts, now];
        return this.#startAnew(slot, exit);
      case 'keep':
      case 'forget':
        return this.#runs.leave(slot);
      case 'escalate':
        this.#owner.publish({
          type: 'supervisor.escalated',
          supervisor: this.#owner.name,
          exit,
          restarts: this.#restarts.length,
          intensity,
        });
        return this.#owner.escalated(exit);
      default:
        return assertNever(verdict);
    }
  }

  #verdictOn({ isStoppedByUser, restart }: ChildSlot, { reason }: ChildExit, now: number): Verdict {
    const verdict = isStoppedByUser
      ? 'forget'
      : verdictOn(reason, restart, this.#settings.intensity, this.#restarts, now);
    return this.#owner.isReady || verdict === 'forget' ? verdict : 'keep';
  }

  /**
   * Starts a child again, with those that its strategy restarts with it: stopped in reverse start order, started in
   * start order.
   */
  async #startAnew(slot: ChildSlot, exit: ChildExit): Promise<void> {
    const group = this.children.startedAnewWith(slot, this.#settings.strategy);
    const together = group.map(({ id }) => id);
    this.#owner.publish({
      type: 'child.restarting',
      supervisor: this.#owner.name,
      exit,
      restarts: this.#restarts.length,
      together,
    });
    for (const others of stopOrder(group.toReversed(), endsTogether)) {
      const running = others.filter((other) => other !== slot);
      if (running.length > 0) await this.#runs.stopTogether(running, this.#close);
      if (this.#isStopping) return;
      // As in OTP: a temporary child is never started again, not even on behalf of another.
      for (const other of others) if (other.restart === 'temporary' || other.isStoppedByUser) this.#runs.forget(other);
    }
    for (const child of group) {
      if (this.children.get(child.id) !== child) continue;
      const fault = await this.#runs.begin(child);
      if (fault === undefined) child.restarts += 1;
      if (this.#isStopping) return;
      if (fault !== undefined) {
        this.#tryAgain(child, fault);
        return;
      }
    }
  }

  /** A restart whose start has failed is judged anew, behind what waits, and counts again. As in OTP. */
  #tryAgain(slot: ChildSlot, fault: StartFault): void {
    const exit = slot.failed(fault);
    slot.state = 'restarting';
    this.#mailbox.post(() => (slot.state === 'restarting' && !this.#isStopping ? this.#judge(slot, exit) : undefined));
  }

  async #stopAll(): Promise<void> {
    for (const slots of stopOrder(this.children.reversed(), endsTogether)) {
      await this.#runs.stopTogether(slots, this.#close, (slot) => this.#runs.conclude(slot));
    }
  }

  /** @throws {ChildError} when there is none. */
  #find(id: string): ChildSlot {
    const slot = this.children.get(id);
    if (slot === undefined) throw new ChildError('not-found', id, this.#owner.name);
    return slot;
  }

  /** @throws {ChildError} when there is none, or it runs or is about to. */
  #findDown(id: string): ChildSlot {
    const slot = this.#find(id);
    if (slot.state !== 'stopped')
      throw new ChildError(slot.state === 'restarting' ? 'restarting' : 'running', id, this.#owner.name);
    return slot;
  }

  #endedError(): EndedError {
    return new EndedError(`supervisor ${this.#owner.name} has stopped: it starts no more children.`);
  }
}
