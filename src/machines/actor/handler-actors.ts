import type { AnyActor, AnyEventObject } from 'xstate';

/** The actor that a handler runs for one connection, with all the actors it invokes and spawns. */
export interface HandlerActor {
  readonly root: AnyActor;
  /** Those that have not ended, parents before their children. */
  readonly running: Iterable<AnyActor>;
  /** Settles when the actor is over. */
  readonly outcome: Promise<unknown>;
  /** Does nothing once the actor is over. An error of the actor is its handler's. */
  send(event: AnyEventObject): void;
}

/** Who looks in on the actors of one connection, and the actors that it has. */
interface Place {
  readonly actors: Set<HandlerActor>;
  readonly watchers: Set<(actor: HandlerActor) => void>;
}

/** By connection, and gone with it. Only connections with an actor, or with somebody who looks in, have a place. */
const places = new WeakMap<object, Place>();

function placeOf(connection: object): Place {
  const known = places.get(connection);
  if (known !== undefined) return known;
  const place: Place = { actors: new Set(), watchers: new Set() };
  places.set(connection, place);
  return place;
}

/** Enters the actor of a connection, for those who look in. Returns a function that removes it. */
export function enterHandlerActor(connection: object, actor: HandlerActor): () => void {
  const { actors, watchers } = placeOf(connection);
  actors.add(actor);
  for (const watcher of [...watchers]) watcher(actor);
  return () => actors.delete(actor);
}

/**
 * Calls back with each actor that `actorHandler` runs for a connection: with those that run already, at once, and with
 * later ones before they are started. `onActor` must not throw. Returns a function that ends this.
 */
export function watchHandlerActors(connection: object, onActor: (actor: HandlerActor) => void): () => void {
  const { actors, watchers } = placeOf(connection);
  watchers.add(onActor);
  for (const actor of [...actors]) onActor(actor);
  return () => watchers.delete(onActor);
}
