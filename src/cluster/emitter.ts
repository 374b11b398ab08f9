import type { Observable } from 'rxjs';
import { Guarded } from '../transport/guarded.js';

/** A stream of a cluster: its subscribers get one value after the other, and one that throws is detached. */
export class Emitter<T> {
  readonly #stream: Guarded<T>;
  #queue: T[] = [];
  #isEmitting = false;

  /** @param onThrow called with what a subscriber threw, after it was detached. */
  constructor(onThrow: (error: unknown) => void, make: StreamOf<T> = (guard) => new Guarded(guard)) {
    this.#stream = make((error, subscription) => {
      subscription.unsubscribe();
      onThrow(error);
    });
  }

  get stream(): Observable<T> {
    return this.#stream;
  }

  /** A value that is emitted by a subscriber comes after the present one has reached all. */
  emit(value: T): void {
    this.#queue.push(value);
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#stream.next(next);
    this.#isEmitting = false;
  }

  complete(): void {
    this.#stream.complete();
  }
}

type StreamOf<T> = (onThrow: ConstructorParameters<typeof Guarded<T>>[0]) => Guarded<T>;

/** A stream that says when it has subscribers. */
export class Watched<T> extends Guarded<T> {
  readonly #watched: (isWatched: boolean) => void;

  constructor(onThrow: ConstructorParameters<typeof Guarded<T>>[0], watched: (isWatched: boolean) => void) {
    super(onThrow);
    this.#watched = watched;
  }

  protected override _subscribe(...args: Parameters<Guarded<T>['_subscribe']>): () => void {
    const wasWatched = this.observed;
    const leave = super._subscribe(...args);
    if (!wasWatched && this.observed) this.#watched(true);
    return () => {
      leave();
      if (!this.observed) this.#watched(false);
    };
  }
}
