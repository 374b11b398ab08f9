import { Observable, type Subscriber } from 'rxjs';

/**
 * A hot stream for one subscriber that costs little until it has one: a property where a Subject has arrays. More
 * subscribers are allowed and pay for themselves. Subscribers that come after `complete` complete at once.
 *
 * It never errors. Who holds a relay may publish on it, so hand it out as an Observable.
 */
export class Relay<T> extends Observable<T> {
  #first: Subscriber<T> | undefined;
  #others: readonly Subscriber<T>[] | undefined;
  #isComplete = false;

  get observed(): boolean {
    return this.#first !== undefined || this.#others !== undefined;
  }

  next(value: T): void {
    // The others are read first: whoever subscribes while a value is delivered starts with the next one.
    const others = this.#others;
    this.#first?.next(value);
    if (others !== undefined) for (const subscriber of others) subscriber.next(value);
  }

  complete(): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    const first = this.#first;
    const others = this.#others;
    this.#first = undefined;
    this.#others = undefined;
    first?.complete();
    if (others !== undefined) for (const subscriber of others) subscriber.complete();
  }

  /** What `subscribe` calls, as in RxJS's own Subject. */
  protected _subscribe(subscriber: Subscriber<T>): () => void {
    if (this.#isComplete) {
      subscriber.complete();
      return () => {};
    }
    if (this.#first === undefined && this.#others === undefined) this.#first = subscriber;
    else this.#others = [...(this.#others ?? []), subscriber];
    return () => this.#leave(subscriber);
  }

  #leave(subscriber: Subscriber<T>): void {
    if (this.#first === subscriber) {
      this.#first = undefined;
      return;
    }
    const rest = this.#others?.filter((other) => other !== subscriber);
    this.#others = rest === undefined || rest.length === 0 ? undefined : rest;
  }
}
