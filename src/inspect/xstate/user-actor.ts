import type { AnyActor, AnyActorLogic, AnyEventObject, Snapshot } from 'xstate';
import { TreeActor } from './inspected-actor.js';
import { shownSnapshot } from './shown-snapshot.js';

/** A user's own actor, as it may be shown. */
export class UserActor extends TreeActor {
  readonly kind = 'actor';
  readonly logic: AnyActorLogic;
  readonly #actor: AnyActor;
  readonly #parts: UserActorParts;

  constructor(actor: AnyActor, parts: UserActorParts) {
    super(actor.id, actor.sessionId, parts.parent);
    this.logic = parts.logic;
    this.#actor = actor;
    this.#parts = parts;
  }

  get src(): string {
    const { src } = this.#actor;
    if (typeof src === 'string') return src;
    const { id } = this.logic as { readonly id?: unknown };
    return typeof id === 'string' ? id : 'inline';
  }

  getSnapshot(): Snapshot<unknown> {
    return this.shown(snapshotOf(this.#actor));
  }

  /** What is shown of one of its snapshots. */
  shown(snapshot: unknown): Snapshot<unknown> {
    const { context, child } = this.#parts;
    return shownSnapshot(snapshot, { context: (value) => context(value, this), child });
  }

  override deliver(event: AnyEventObject): boolean {
    return this.#parts.deliver(this.#actor, event);
  }
}

/** What a user's actor is shown with. */
export interface UserActorParts {
  readonly parent: TreeActor;
  /** The logic as it may be shown. */
  readonly logic: AnyActorLogic;
  readonly context: (context: unknown, actor: UserActor) => unknown;
  readonly child: (child: unknown) => unknown;
  readonly deliver: (actor: AnyActor, event: AnyEventObject) => boolean;
}

/** In XState's development build an actor that is being made throws when it is asked. */
function snapshotOf(actor: AnyActor): unknown {
  try {
    return actor.getSnapshot();
  } catch {
    return undefined;
  }
}
