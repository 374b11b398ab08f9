import type { ControlFrame, Frame } from './frame.js';
import { Relay } from './relay.js';
import { filter, map, Observable } from './rxjs.js';
import { emitComplete, emitNext, type Subscribers, withoutSubscriber, withSubscriber } from './subscribers.js';
import type { Allowance, WireEnd, WireFact, WireOpened } from './wire-fact.js';

/** The subscribers of a wire that is gone: a field for that would cost memory on every connection. */
const NOBODY: readonly never[] = [];

/** Facts that may be emitted often. */
const PART_READ = { type: 'wire.part-read' } as const;
const SPENT = {
  messages: { type: 'wire.allowance-spent', of: 'messages' },
  bytes: { type: 'wire.allowance-spent', of: 'bytes' },
} as const;

/** The streams of a wire that few have subscribers of: one object, so that a wire without them has one field only. */
interface RareStreams {
  drained?: Relay<void>;
  control?: Relay<ControlFrame>;
}

/**
 * The streams of a wire. All are hot, and only the wire itself emits on them. The Observables are made when they are
 * read, which is usually once: keeping them would cost two objects per connection.
 */
export class WireStreams {
  #rare: RareStreams | undefined;
  #facts: Subscribers<WireFact>;
  #frames: Subscribers<Frame>;

  /** Whether the last fact was emitted, or is being emitted. */
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
    this.#rare ??= {};
    this.#rare.drained ??= new Relay<void>();
    if (this.isGone) this.#rare.drained.complete();
    return this.#rare.drained;
  }

  get controlFrames$(): Observable<ControlFrame> {
    this.#rare ??= {};
    this.#rare.control ??= new Relay<ControlFrame>();
    if (this.isGone) this.#rare.control.complete();
    return this.#rare.control;
  }

  /** A stream whose subscribers are kept by `update`. */
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

  /** Emits a fact. Called by the wire and its closing handshake only. */
  emitFact(fact: WireFact): void {
    emitNext(this.#facts, fact);
  }

  onPart(): void {
    this.emitFact(PART_READ);
  }

  onSpent(of: keyof Allowance): void {
    this.emitFact(SPENT[of]);
  }

  protected emitFrame(frame: Frame): void {
    emitNext(this.#frames, frame);
  }

  /** Nothing waits for the kernel any more. */
  onDrained(): void {
    this.#rare?.drained?.next();
  }

  /** Emits a control frame, with a copy of its payload. */
  protected emitControl(type: ControlFrame['type'], payload: Buffer): void {
    const control = this.#rare?.control;
    if (control?.observed === true) control.next({ type, payload: Buffer.from(payload) });
  }

  /** Emits the last fact, and completes every stream. */
  protected publishEnd(end: WireEnd): void {
    const facts = this.#facts;
    const frames = this.#frames;
    this.#facts = NOBODY;
    this.#frames = NOBODY;
    emitNext(facts, { type: 'wire.closed', end });
    emitComplete(facts);
    emitComplete(frames);
    this.#rare?.drained?.complete();
    this.#rare?.control?.complete();
  }
}
