import { EndedError } from '../../transport/errors.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { DrainOptions, DrainReport } from '../api/drain.js';
import type { SupervisorState } from '../api/supervisor.js';
import type { DrainGround } from './drain-run.js';
import { FullDrain } from './full-drain.js';
import { PartialDrain } from './partial-drain.js';
import { resolveDrain } from './resolve-drain.js';

/** What draining needs of its supervisor. */
export interface DrainableSupervisor {
  readonly name: string;
  readonly state: SupervisorState;
  readonly shared: DrainGround;
  /** Gives a command to the supervisor's machine. */
  command(type: 'drain' | 'resume' | 'terminate'): void;
  /** No accepted connection is left: it stops, for good. */
  drained(): void;
}

/**
 * The drains of one supervisor. Those below it follow its full drain: they take no connections either, and theirs are
 * ended with its own, by one pace and in one account; what stops them is its stop.
 */
export class Draining {
  readonly #supervisor: DrainableSupervisor;
  readonly #above: Draining | undefined;
  readonly #below = new Set<Draining>();
  readonly #partial = new Set<PartialDrain>();
  #full: FullDrain | undefined;

  constructor(supervisor: DrainableSupervisor, above: Draining | undefined) {
    this.#supervisor = supervisor;
    this.#above = above;
    if (above !== undefined) above.#below.add(this);
  }

  /** Whether listeners are suspended by a drain, here or above. */
  get isSuspending(): boolean {
    return this.#full?.isSuspending === true || this.#above?.isSuspending === true;
  }

  /**
   * The answer to an opening handshake while listeners are suspended, which is counted; `undefined` while they are not.
   */
  refuse(): HttpAnswer | undefined {
    return this.#full?.refuse() ?? this.#above?.refuse();
  }

  /** Begins a drain, or joins the full one that is under way. Rejects as `Supervisor.drain` says. */
  async drain(options: DrainOptions): Promise<DrainReport> {
    const settings = resolveDrain(options);
    const { name, state, shared } = this.#supervisor;
    if (state === 'draining' && !settings.isPartial && this.#full !== undefined) return this.#full.report;
    if (state !== 'running') throw new EndedError(`supervisor ${name} is ${state}: it begins no drain.`);
    settings.signal?.throwIfAborted();
    if (settings.isPartial) return this.#drainPart(new PartialDrain(settings, shared));
    const full = new FullDrain(settings, shared, {
      drained: () => this.#supervisor.drained(),
      hurry: () => this.#supervisor.command('terminate'),
      resume: () => this.#resume(),
    });
    this.#full = full;
    this.#supervisor.command('drain');
    return full.report;
  }

  /** The supervisor is draining. */
  entered(): void {
    for (const below of this.#below) below.#supervisor.command('drain');
    this.#full?.start();
  }

  /** The supervisor is draining no more: a stop that the drain has not asked for has overtaken it. */
  left(): void {
    if (this.#full?.isUnderWay === true) this.overtaken();
  }

  /** The supervisor begins to stop. */
  stopping(): void {
    for (const partial of this.#partial) partial.overtaken();
  }

  /** A stop has overtaken a full drain, or a `terminate` the stop that ends it. */
  overtaken(): void {
    this.#full?.overtaken();
  }

  /** The supervisor has ended: closes the account, if there is one. */
  closed(): Promise<void> | undefined {
    if (this.#above !== undefined) this.#above.#below.delete(this);
    return this.#full?.closed();
  }

  async #drainPart(drain: PartialDrain): Promise<DrainReport> {
    this.#partial.add(drain);
    drain.start();
    const report = await drain.report;
    this.#partial.delete(drain);
    return report;
  }

  /** A drain of its own goes on although the one above was called off. */
  #resume(): void {
    this.#full = undefined;
    this.#supervisor.command('resume');
    for (const below of this.#below) if (below.#full === undefined) below.#resume();
  }
}
