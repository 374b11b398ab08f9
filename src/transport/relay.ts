import type { Subscriber } from 'rxjs';
import { Observable } from './rxjs.js';
import {
  emitComplete,
  emitNext,
  type OnThrow,
  type Subscribers,
  withoutSubscriber,
  withSubscriber,
} from './subscribers.js';

/**
 * A hot stream that needs little memory: one property instead of a Subject's arrays. Subscribers that come after
 * `complete` complete at once. It never errors. Code that holds a relay can emit on it, so pass it on as an Observable.
 */
export class Relay<T> extends Observable<T> {
  #subscribers: Subscribers<T>;
  #isComplete = false;
  readonly #onThrow: OnThrow | undefined;

  /** @param onThrow called with what a subscriber throws. Default: `next` and `complete` throw it. */
  constructor(onThrow?: OnThrow) {
    super();
    this.#onThrow = onThrow;
  }

  get observed(): boolean {
    return this.#subscribers !== undefined;
  }

  next(value: T): void {
    emitNext(this.#subscribers, value, this.#onThrow);
  }

  complete(): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    const subscribers = this.#subscribers;
    this.#subscribers = undefined;
    emitComplete(subscribers, this.#onThrow);
  }

  /** Called by `subscribe`, as in RxJS's own Subject. */
  protected _subscribe(subscriber: Subscriber<T>): () => void {
    if (this.#isComplete) {
      subscriber.complete();
      return () => {};
    }
    this.#subscribers = withSubscriber(this.#subscribers, subscriber);
    return () => {
      this.#subscribers = withoutSubscriber(this.#subscribers, subscriber);
    };
  }
}
