import type { Subscriber, Subscription } from 'rxjs';

/** The subscribers of a hot stream, in order. There is usually one: a list is made only for more. */
export type Subscribers<T> = undefined | Subscriber<T> | readonly Subscriber<T>[];

/** Called with what a subscriber threw. */
export type OnThrow = (error: unknown, subscription: Subscription) => void;

function isList<T>(subscribers: Subscribers<T>): subscribers is readonly Subscriber<T>[] {
  return Array.isArray(subscribers);
}

/**
 * The subscribers and one more. No list is changed in place: an emission under way goes on with the list it began with.
 */
export function withSubscriber<T>(subscribers: Subscribers<T>, one: Subscriber<T>): Subscribers<T> {
  if (subscribers === undefined) return one;
  return isList(subscribers) ? [...subscribers, one] : [subscribers, one];
}

/** The subscribers without one of them. */
export function withoutSubscriber<T>(subscribers: Subscribers<T>, one: Subscriber<T>): Subscribers<T> {
  if (!isList(subscribers)) return subscribers === one ? undefined : subscribers;
  const rest = subscribers.filter((other) => other !== one);
  return rest.length === 1 ? rest[0] : rest;
}

/**
 * Emits a value to each subscriber. What a subscriber throws goes to `onThrow`, and the others still get the value;
 * without `onThrow` it is thrown on.
 */
export function emitNext<T>(subscribers: Subscribers<T>, value: T, onThrow?: OnThrow): void {
  if (subscribers === undefined) return;
  if (isList(subscribers)) for (const subscriber of subscribers) next(subscriber, value, onThrow);
  else next(subscribers, value, onThrow);
}

/** Completes each subscriber. What one throws is handled as in `emitNext`. */
export function emitComplete<T>(subscribers: Subscribers<T>, onThrow?: OnThrow): void {
  if (subscribers === undefined) return;
  if (isList(subscribers)) for (const subscriber of subscribers) complete(subscriber, onThrow);
  else complete(subscribers, onThrow);
}

function next<T>(subscriber: Subscriber<T>, value: T, onThrow: OnThrow | undefined): void {
  try {
    subscriber.next(value);
  } catch (error) {
    if (onThrow === undefined) throw error;
    onThrow(error, subscriber);
  }
}

function complete<T>(subscriber: Subscriber<T>, onThrow: OnThrow | undefined): void {
  try {
    subscriber.complete();
  } catch (error) {
    if (onThrow === undefined) throw error;
    onThrow(error, subscriber);
  }
}
