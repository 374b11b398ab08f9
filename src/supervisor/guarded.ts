import { type Observer, Subscriber, type Subscription } from 'rxjs';
import { Relay } from '../transport/relay.js';

type Consumer<T> = Partial<Observer<T>> | ((value: T) => void) | null | undefined;

type OnThrow = (error: unknown, subscription: Subscription) => void;

/**
 * A hot stream whose direct subscribers may throw: the throw comes to `onThrow` instead of becoming an uncaught
 * exception. A throw behind operators of the subscriber's own is RxJS's to report.
 */
export class Guarded<T> extends Relay<T> {
  readonly #onThrow: OnThrow;

  constructor(onThrow: OnThrow) {
    super();
    this.#onThrow = onThrow;
  }

  override subscribe(consumer?: Consumer<T>, _error?: ((error: unknown) => void) | null, complete?: (() => void) | null): Subscription {
    if (consumer instanceof Subscriber) return super.subscribe(consumer);
    const observer = typeof consumer === 'function' ? { next: consumer } : (consumer ?? {});
    return super.subscribe(new GuardedSubscriber<T>(complete ? { ...observer, complete } : observer, this.#onThrow));
  }
}

class GuardedSubscriber<T> extends Subscriber<T> {
  readonly #observer: Partial<Observer<T>>;
  readonly #onThrow: OnThrow;

  constructor(observer: Partial<Observer<T>>, onThrow: OnThrow) {
    super();
    this.#observer = observer;
    this.#onThrow = onThrow;
  }

  protected override _next(value: T): void {
    try {
      this.#observer.next?.(value);
    } catch (error) {
      this.#onThrow(error, this);
    }
  }

  protected override _complete(): void {
    try {
      this.#observer.complete?.();
    } catch (error) {
      this.#onThrow(error, this);
    } finally {
      this.unsubscribe();
    }
  }
}
