import type { Observer, Operator, Subscription } from 'rxjs';
import { contain, containRejection } from './contain.js';
import { Relay } from './relay.js';
import { Observable, Subscriber } from './rxjs.js';
import type { OnThrow } from './subscribers.js';

type Consumer<T> = Partial<Observer<T>> | ((value: T) => void) | null | undefined;

type OnError = ((error: unknown) => void) | null | undefined;

type OnComplete = (() => void) | null | undefined;

/**
 * A hot stream whose consumers may throw, also later, as async functions do, and behind their own operators (`pipe`):
 * what they throw goes to `onThrow` instead of becoming an uncaught exception. A subscriber with an `error` callback
 * gets the errors of the operators before it there.
 *
 * What leaves the class is RxJS's to report: a `merge` of several streams, a Subject that was subscribed.
 */
export class Guarded<T> extends Relay<T> {
  readonly #onThrow: OnThrow;

  constructor(onThrow: OnThrow) {
    super(onThrow);
    this.#onThrow = onThrow;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new GuardedChain(this, operator, this.#onThrow);
  }

  override subscribe(consumer?: Consumer<T>, error?: OnError, complete?: OnComplete): Subscription {
    return super.subscribe(guarded(consumer, error, complete, this.#onThrow));
  }
}

/** A guarded stream behind operators: RxJS makes each of them by `lift`. */
class GuardedChain<T> extends Observable<T> {
  readonly #onThrow: OnThrow;

  constructor(source: Observable<unknown>, operator: Operator<never, T> | undefined, onThrow: OnThrow) {
    super();
    this.source = source;
    this.operator = operator;
    this.#onThrow = onThrow;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new GuardedChain(this, operator, this.#onThrow);
  }

  override subscribe(consumer?: Consumer<T>, error?: OnError, complete?: OnComplete): Subscription {
    return super.subscribe(guarded(consumer, error, complete, this.#onThrow));
  }
}

/** What is given to RxJS for a consumer. */
function guarded<T>(consumer: Consumer<T>, error: OnError, complete: OnComplete, onThrow: OnThrow): Subscriber<T> {
  if (consumer instanceof Subscriber) return guardEnd(consumer, onThrow);
  if (typeof consumer === 'object' && consumer !== null) return new GuardedSubscriber(consumer, onThrow);
  const observer = {
    ...(consumer ? { next: consumer } : {}),
    ...(error ? { error } : {}),
    ...(complete ? { complete } : {}),
  };
  return new GuardedSubscriber(observer, onThrow);
}

/**
 * A subscriber that an operator has made passes on what it gets, down to the end of its chain. One that is an end
 * itself, as `firstValueFrom`, `forEach`, and `share` make it, has what it calls guarded.
 */
function guardEnd<T>(subscriber: Subscriber<T>, onThrow: OnThrow): Subscriber<T> {
  // RxJS shields what it calls: `destination` is then a wrapper that has the observer itself.
  const inside = subscriber as unknown as {
    destination?: Observer<T> & { readonly partialObserver?: Partial<Observer<T>> };
  };
  const { destination } = inside;
  if (destination && !(destination instanceof Subscriber || destination instanceof GuardedObserver)) {
    inside.destination = new GuardedObserver<T>(destination.partialObserver ?? destination, onThrow, subscriber);
  }
  return subscriber;
}

/** Calls an observer, and hands over what it throws, as well as an error it has no handler for. */
class GuardedObserver<T> implements Observer<T> {
  readonly #observer: Partial<Observer<T>>;
  readonly #onThrow: OnThrow;
  readonly #subscription: Subscription;

  constructor(observer: Partial<Observer<T>>, onThrow: OnThrow, subscription: Subscription) {
    this.#observer = observer;
    this.#onThrow = onThrow;
    this.#subscription = subscription;
  }

  next(value: T): void {
    try {
      const returned: unknown = this.#observer.next?.(value);
      if (typeof returned === 'object') containRejection(returned, (error) => this.#threw(error));
    } catch (error) {
      this.#threw(error);
    }
  }

  error(thrown: unknown): void {
    contain(
      () => (this.#observer.error ? this.#observer.error(thrown) : this.#threw(thrown)),
      (error) => this.#threw(error),
    );
  }

  complete(): void {
    contain(
      () => this.#observer.complete?.(),
      (error) => this.#threw(error),
    );
  }

  #threw(error: unknown): void {
    this.#onThrow(error, this.#subscription);
  }
}

/** Leaves at the end; a `finalize` that throws then is the consumer's throw as well. */
class GuardedSubscriber<T> extends Subscriber<T> {
  readonly #onThrow: OnThrow;

  constructor(observer: Partial<Observer<T>>, onThrow: OnThrow) {
    super();
    this.destination = new GuardedObserver(observer, onThrow, this);
    this.#onThrow = onThrow;
  }

  protected override _error(thrown: unknown): void {
    this.#attempt(() => super._error(thrown));
  }

  protected override _complete(): void {
    this.#attempt(() => super._complete());
  }

  #attempt(end: () => void): void {
    try {
      end();
    } catch (error) {
      this.#onThrow(error, this);
    }
  }
}
