import { assertNever } from '../../transport/assert-never.js';
import type { ChildExit, Strategy } from '../api/child-spec.js';
import { type Intensity, restartsWithin, type Verdict, verdictOn } from '../api/restart.js';
import type { ChildRuns } from './child-runs.js';
import type { ChildSlot, StartFault } from './child-slot.js';
import type { Children } from './children.js';
import type { Mailbox } from './mailbox.js';
import { stopOrder } from './stop-order.js';
import { GOING_AWAY } from './stopping.js';
import type { SupervisionOwner } from './supervision-owner.js';

/**
 * Carries out the verdict on a child that has exited: restarts it, alone or with others, keeps or forgets its spec, or
 * reports that the intensity is exceeded. As in OTP.
 */
export class Restarting {
  readonly #owner: SupervisionOwner;
  readonly #settings: SupervisionSettings;
  readonly #children: Children;
  readonly #runs: ChildRuns;
  readonly #mailbox: Mailbox;
  /** When restarts were made, monotonic ms. */
  #restarts: readonly number[] = [];
  #isOver = false;

  constructor({ owner, settings, children, runs, mailbox }: RestartingParts) {
    this.#owner = owner;
    this.#settings = settings;
    this.#children = children;
    this.#runs = runs;
    this.#mailbox = mailbox;
  }

  /** Judges an exit, as the task under way. */
  judge(slot: ChildSlot, exit: ChildExit): void | Promise<void> {
    const { intensity } = this.#settings;
    const now = this.#owner.clock.now();
    this.#restarts = restartsWithin(this.#restarts, intensity, now);
    const verdict = this.#verdictOn(slot, exit, now);
    switch (verdict) {
      case 'restart':
        this.#restarts = [...this.#restarts, now];
        return this.#restart(slot, exit);
      case 'keep':
      case 'forget':
        return this.#runs.keepOrForget(slot);
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

  /** The intensity, and how many of the restarts count now. */
  get intensity(): Intensity & { readonly used: number } {
    const { intensity } = this.#settings;
    return { ...intensity, used: restartsWithin(this.#restarts, intensity, this.#owner.clock.now()).length };
  }

  /** Makes no more restarts: the supervisor stops. A restart under way ends after its present step. */
  end(): void {
    this.#isOver = true;
  }

  #verdictOn({ isStoppedByUser, restart }: ChildSlot, { reason }: ChildExit, now: number): Verdict {
    if (isStoppedByUser) return 'forget';
    const verdict = verdictOn(reason, restart, this.#settings.intensity, this.#restarts, now);
    return this.#owner.isReady || verdict === 'forget' ? verdict : 'keep';
  }

  /**
   * Restarts a child, with those that the strategy restarts with it: the others are stopped in reverse start order,
   * then all that are still there are started in start order, up to the first that cannot be started.
   */
  async #restart(slot: ChildSlot, exit: ChildExit): Promise<void> {
    const group = this.#children.restartedWith(slot, this.#settings.strategy);
    this.#owner.publish({
      type: 'child.restarting',
      supervisor: this.#owner.name,
      exit,
      restarts: this.#restarts.length,
      together: group.map(({ id }) => id),
    });
    for (const together of stopOrder(group.toReversed(), ({ endsTogether }) => endsTogether)) {
      const others = together.filter((other) => other !== slot);
      if (others.length > 0) await this.#runs.stopTogether(others, GOING_AWAY);
      // A stop that has come meanwhile ends the remaining children itself, with its own Close.
      if (this.#isOver) return;
      // As in OTP: a temporary child is never started again, not even on behalf of another.
      for (const child of together)
        if (child.restart === 'temporary' || child.isStoppedByUser) this.#runs.forget(child);
    }
    for (const child of group) {
      if (this.#children.get(child.id) !== child) continue;
      const fault = await this.#runs.begin(child);
      if (fault === undefined) child.restarts += 1;
      if (this.#isOver) return;
      if (fault !== undefined) {
        this.#tryAgain(child, fault);
        return;
      }
    }
  }

  /**
   * A restart whose start has failed is judged as an abnormal exit, and counts again. As in OTP. Its turn comes behind
   * the tasks that wait, so that a child that never starts cannot keep calls waiting for ever.
   */
  #tryAgain(slot: ChildSlot, fault: StartFault): void {
    const exit = slot.failed(fault);
    slot.state = 'restarting';
    this.#mailbox.post(() => (slot.state === 'restarting' && !this.#isOver ? this.judge(slot, exit) : undefined));
  }
}

/** How children are supervised. */
export interface SupervisionSettings {
  readonly strategy: Strategy;
  readonly intensity: Intensity;
}

/** What restarting works with. */
export interface RestartingParts {
  readonly owner: SupervisionOwner;
  readonly settings: SupervisionSettings;
  readonly children: Children;
  readonly runs: ChildRuns;
  readonly mailbox: Mailbox;
}
