import type { Subscriber, Subscription } from 'rxjs';

/** Who is subscribed to a hot stream, in order. It is one as a rule: a list is made only for more. */
export type Subscribers<T> = undefined | Subscriber<T> | readonly Subscriber<T>[];

/** Gets what a subscriber threw. */
export type OnThrow = (error: unknown, subscription: Subscription) => void;

function isList<T>(subscribers: Subscribers<T>): subscribers is readonly Subscriber<T>[] {
  return Array.isArray(subscribers);
}

/** Those and one more. Nothing is changed in place: a delivery that is under way goes on with those it began with. */
export function withSubscriber<T>(subscribers: Subscribers<T>, one: Subscriber<T>): Subscribers<T> {
  if (subscribers === undefined) return one;
  return isList(subscribers) ? [...subscribers, one] : [subscribers, one];
}

/** Those without one. */
export function withoutSubscriber<T>(subscribers: Subscribers<T>, one: Subscriber<T>): Subscribers<T> {
  if (!isList(subscribers)) return subscribers === one ? undefined : subscribers;
  const rest = subscribers.filter((other) => other !== one);
  return rest.length === 1 ? rest[0] : rest;
}

/**
 * Delivers a value to each. What one throws comes to `onThrow`, and the others have their turn; without it, it is
 * thrown on.
 */
export function emitNext<T>(subscribers: Subscribers<T>, value: T, onThrow?: OnThrow): void {
  if (subscribers === undefined) return;
  if (isList(subscribers)) for (const subscriber of subscribers) next(subscriber, value, onThrow);
  else next(subscribers, value, onThrow);
}

/** Completes each; what one throws is dealt with as by `emitNext`. */
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
