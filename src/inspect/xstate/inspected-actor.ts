import type { ActorRefLike, AnyActorLogic, AnyEventObject, Snapshot } from 'xstate';

/**
 * What an inspected actor is: the machine of a supervisor, listener, dialer, or connection, a user's own actor, or a
 * viewer of an inspection server that has missed something.
 */
export type InspectedKind = 'supervisor' | 'listener' | 'dialer' | 'connection' | 'actor' | 'viewer';

/** An actor as inspection events show it, in XState's terms. It can be looked at; events sent to it have no effect. */
export interface InspectedActor extends ActorRefLike {
  readonly kind: InspectedKind;
  /** The id of a child among its siblings; of a connection `connection.id`. */
  readonly id: string;
  /** Unique in the process, and the same in every inspection. A child that is restarted has another one. */
  readonly sessionId: string;
  /** The machine, or the user's logic; values written into its configuration are redacted. */
  readonly logic: AnyActorLogic;
  readonly src: string;
  readonly _parent: InspectedActor | undefined;
  /** The present snapshot, redacted. */
  getSnapshot(): Snapshot<unknown>;
  toJSON(): unknown;
}

/** As XState's own actors are written in JSON. */
const ACTOR_TYPE = 1;

/** What all inspected actors have in common, and what the tree keeps of them. */
export abstract class TreeActor implements InspectedActor {
  abstract readonly kind: InspectedKind;
  abstract readonly logic: AnyActorLogic;
  abstract readonly src: string;
  readonly id: string;
  readonly sessionId: string;
  readonly _parent: TreeActor | undefined;
  /** Its final snapshot was shown: nothing follows. */
  isOver = false;
  /** How many of its children are in the tree. */
  children = 0;

  constructor(id: string, sessionId: string, parent: TreeActor | undefined) {
    this.id = id;
    this.sessionId = sessionId;
    this._parent = parent;
  }

  abstract getSnapshot(): Snapshot<unknown>;

  send(_event: AnyEventObject): void {}

  /** Gives an event to a user's actor; our own machines take none. Returns whether it was taken. */
  deliver(_event: AnyEventObject): boolean {
    return false;
  }

  toJSON(): unknown {
    return { xstate$$type: ACTOR_TYPE, id: this.id };
  }

  /** The connection that it is, or belongs to. */
  get connectionActor(): TreeActor | undefined {
    return this.kind === 'connection' ? this : this._parent?.connectionActor;
  }

  get rootActor(): TreeActor {
    return this._parent?.rootActor ?? this;
  }
}
