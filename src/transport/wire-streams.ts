import type { Frame } from './frame.js';
import { Relay } from './relay.js';
import { filter, map, Observable } from './rxjs.js';
import { type Subscribers, tellComplete, tellNext, withoutSubscriber, withSubscriber } from './subscribers.js';
import type { WireEnd, WireFact, WireOpened } from './wire-fact.js';

/** Stands for the subscribers of a wire that is gone: a field for that would count on every connection. */
const NOBODY: readonly never[] = [];

/**
 * The streams every wire has; what they carry is published by the wire itself, and nobody else. All are hot. The
 * Observables are made when they are asked for, which is once as a rule: kept, they would cost every connection two.
 */
export class WireStreams {
  protected drained: Relay<void> | undefined;
  #facts: Subscribers<WireFact>;
  #frames: Subscribers<Frame>;

  /** Whether its end has been told, or is being told. */
  protected get isGone(): boolean {
    return this.#frames === NOBODY;
  }

  get facts$(): Observable<WireFact> {
    return this.hot((change) => {
      this.#facts = change(this.#facts);
    });
  }

  get frames$(): Observable<Frame> {
    return this.hot((change) => {
      this.#frames = change(this.#frames);
    });
  }

  get opened$(): Observable<WireOpened> {
    return this.facts$.pipe(filter((fact) => fact.type === 'wire.opened'));
  }

  get closed$(): Observable<WireEnd> {
    return this.facts$.pipe(
      filter((fact) => fact.type === 'wire.closed'),
      map((fact) => fact.end),
    );
  }

  get drained$(): Observable<void> {
    this.drained ??= new Relay<void>();
    if (this.isGone) this.drained.complete();
    return this.drained;
  }

  /** A stream whose subscribers are kept where `update` changes them. */
  private hot<T>(update: (change: (present: Subscribers<T>) => Subscribers<T>) => void): Observable<T> {
    return new Observable((subscriber) => {
      if (this.isGone) {
        subscriber.complete();
        return undefined;
      }
      update((present) => withSubscriber(present, subscriber));
      return () => {
        if (!this.isGone) update((present) => withoutSubscriber(present, subscriber));
      };
    });
  }

  protected tellFact(fact: WireFact): void {
    tellNext(this.#facts, fact);
  }

  protected tellFrame(frame: Frame): void {
    tellNext(this.#frames, frame);
  }

  /** The last fact; every stream completes. */
  protected publishEnd(end: WireEnd): void {
    const facts = this.#facts;
    const frames = this.#frames;
    this.#facts = NOBODY;
    this.#frames = NOBODY;
    tellNext(facts, { type: 'wire.closed', end });
    tellComplete(facts);
    tellComplete(frames);
    this.drained?.complete();
  }
}
