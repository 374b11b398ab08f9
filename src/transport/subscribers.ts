import type { Subscriber } from 'rxjs';

/** Who is subscribed to a hot stream, in order. It is one as a rule: a list is made only for more. */
export type Subscribers<T> = undefined | Subscriber<T> | readonly Subscriber<T>[];

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

/** Delivers a value to each. */
export function tellNext<T>(subscribers: Subscribers<T>, value: T): void {
  if (subscribers === undefined) return;
  if (isList(subscribers)) for (const subscriber of subscribers) subscriber.next(value);
  else subscribers.next(value);
}

/** Completes each. */
export function tellComplete<T>(subscribers: Subscribers<T>): void {
  if (subscribers === undefined) return;
  if (isList(subscribers)) for (const subscriber of subscribers) subscriber.complete();
  else subscribers.complete();
}
