import { EndedError } from '../../transport/errors.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { DrainOptions, DrainReport } from '../api/drain.js';
import type { SupervisorState } from '../api/supervisor.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import { FullDrain } from './full-drain.js';
import { PartialDrain } from './partial-drain.js';
import { resolveDrain } from './resolve-drain.js';

/**
 * The drains of one supervisor. Child supervisors follow its full drain: they take no connections either, and theirs
 * are ended together with its own, at one pace and in one account. The stop of the supervisor stops them.
 */
export class Draining {
  readonly #supervisor: DrainableSupervisor;
  readonly #parent: Draining | undefined;
  readonly #children = new Set<Draining>();
  readonly #partial = new Set<PartialDrain>();
  #full: FullDrain | undefined;

  constructor(supervisor: DrainableSupervisor, parent: Draining | undefined) {
    this.#supervisor = supervisor;
    this.#parent = parent;
    if (parent !== undefined) parent.#children.add(this);
  }

  /** Whether a drain has suspended listeners, here or in an ancestor. */
  get isSuspending(): boolean {
    return this.#full?.isSuspending === true || this.#parent?.isSuspending === true;
  }

  /**
   * Returns the answer to an opening handshake while listeners are suspended, and counts the refusal; `undefined` while
   * they are not.
   */
  refuse(): HttpAnswer | undefined {
    return this.#full?.refuse() ?? this.#parent?.refuse();
  }

  /** Begins a drain, or joins the full one that is under way. Rejects as documented at `Supervisor.drain`. */
  async drain(options: DrainOptions): Promise<DrainReport> {
    const settings = resolveDrain(options);
    const { name, state, registry } = this.#supervisor;
    if (state === 'draining' && !settings.isPartial && this.#full !== undefined) return this.#full.report;
    if (state !== 'running')
      throw new EndedError(`drain: supervisor ${name} is ${state}; only a running one can be drained.`);
    settings.signal?.throwIfAborted();
    if (settings.isPartial) return this.#drainPart(new PartialDrain(settings, registry));
    const full = new FullDrain(settings, registry, {
      onDrained: () => this.#supervisor.drained(),
      onRunOut: () => this.#supervisor.command('terminate'),
      onCalledOff: () => this.#resume(),
    });
    this.#full = full;
    this.#supervisor.command('drain');
    return full.report;
  }

  /** The supervisor has entered `draining`. */
  onEntry(): void {
    for (const child of this.#children) child.#supervisor.command('drain');
    this.#full?.start();
  }

  /**
   * The supervisor has left `draining`: because the drain is over or was called off, or because a stop supersedes it.
   */
  onExit(): void {
    if (this.#full?.isUnderWay === true) this.superseded();
  }

  /** The supervisor has begun to stop. */
  onStopping(): void {
    for (const partial of this.#partial) partial.superseded();
  }

  /** A stop supersedes the full drain, or `terminate` the stop that ends it. */
  superseded(): void {
    this.#full?.superseded();
  }

  /**
   * The supervisor has ended. Resolves when the account of its full drain is closed; `undefined` when there is none.
   */
  closed(): Promise<void> | undefined {
    if (this.#parent !== undefined) this.#parent.#children.delete(this);
    return this.#full?.closed();
  }

  async #drainPart(drain: PartialDrain): Promise<DrainReport> {
    this.#partial.add(drain);
    drain.start();
    const report = await drain.report;
    this.#partial.delete(drain);
    return report;
  }

  /** Lets the supervisor run on. A child supervisor that has its own drain goes on with that. */
  #resume(): void {
    this.#full = undefined;
    this.#supervisor.command('resume');
    for (const child of this.#children) if (child.#full === undefined) child.#resume();
  }
}

/** The supervisor whose connections are drained. */
export interface DrainableSupervisor {
  readonly name: string;
  readonly state: SupervisorState;
  readonly registry: ConnectionRegistry;
  /** Gives a command to the supervisor's machine. */
  command(type: 'drain' | 'resume' | 'terminate'): void;
  /** No accepted connection is left: the supervisor stops, for good. */
  drained(): void;
}
