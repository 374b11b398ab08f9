import { Subscriber, type Observer, type Subscription } from 'rxjs';
import { Relay } from '../transport/relay.js';

type Consumer<T> = Partial<Observer<T>> | ((value: T) => void) | null | undefined;

/**
 * A hot stream whose direct subscribers may throw: the throw comes to `onThrow` instead of becoming an uncaught
 * exception. A throw behind operators of the subscriber's own is RxJS's to report.
 */
export class Guarded<T> extends Relay<T> {
  readonly #onThrow: (error: unknown, subscription: Subscription) => void;

  constructor(onThrow: (error: unknown, subscription: Subscription) => void) {
    super();
    this.#onThrow = onThrow;
  }

  override subscribe(consumer?: Consumer<T>, _error?: ((error: unknown) => void) | null, complete?: (() => void) | null): Subscription {
    if (consumer instanceof Subscriber) return super.subscribe(consumer);
    const next = typeof consumer === 'function' ? consumer : consumer?.next?.bind(consumer);
    const done = complete ?? (typeof consumer === 'function' ? undefined : consumer?.complete?.bind(consumer));
    const subscription: Subscription = super.subscribe({
      next: (value) => this.#guard(subscription, () => next?.(value)),
      complete: () => this.#guard(subscription, () => done?.()),
    });
    return subscription;
  }

  #guard(subscription: Subscription, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onThrow(error, subscription);
    }
  }
}
