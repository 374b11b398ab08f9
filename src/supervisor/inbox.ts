import { type Observable, Subscriber } from 'rxjs';
import { DeadlineError, OptionError } from '../transport/errors.js';
import type { Frame } from '../transport/frame.js';
import { Alarm } from './alarm.js';
import type { WaitOptions } from './connection.js';
import { FrameIterator } from './frame-iterator.js';
import { FrameRelay } from './frame-relay.js';
import type { Wheel } from './wheel.js';

/** What an inbox needs of its connection. */
export interface InboxOwner {
  readonly readAheadBytes: number;
  readonly wheel: Wheel;
  /** Frames wait: stop reading (`true`), or go on (`false`). */
  holdSocket(isHeld: boolean): void;
  /** The consumer has dealt with all there was, or there is none that would. */
  allRead(): void;
  /** A direct subscriber of `frames$` threw. */
  subscriberThrew(error: unknown): void;
  frameCame(bytes: number): void;
}

/** A frame this much smaller than its share of the read it came in is copied when it has to wait. */
const SMALL_SHARE = 4;

/** Above the mark by this factor frames are dropped while the connection closes: its peer's Close must be seen. */
const CLOSING_FACTOR = 16;

/** Answers a pull that found nothing. */
type Waiter = (result: IteratorResult<Frame>) => void;

const END: IteratorResult<Frame> = { value: undefined, done: true };

/**
 * The frames of one connection on their way to its handler. They are held until the handler chooses: pull (iterator,
 * `receive`), push (`frames$`), or none at all.
 *
 * It is the subscriber of the wire's `frames$` itself, to spare an object for each connection.
 */
export class Inbox extends Subscriber<Frame> {
  readonly #owner: InboxOwner;
  #queue: Frame[] | undefined;
  #head = 0;
  #bytes = 0;
  #mode: 'held' | 'pull' | 'push' | 'none' = 'held';
  #waiter: Waiter | undefined;
  #willCompact = false;
  #relay: FrameRelay | undefined;
  #isHeld = false;
  #isClosing = false;
  #hasEnded = false;
  /** Whether the consumer has a frame that it may still be working on. */
  #isBusy = false;

  constructor(owner: InboxOwner) {
    super();
    this.#owner = owner;
  }

  /** Whether nothing waits and the consumer is not at work on a frame. */
  get isRead(): boolean {
    return !this.#isBusy && this.#length === 0;
  }

  get hasSubscribers(): boolean {
    return this.#relay?.observed ?? false;
  }

  get frames$(): Observable<Frame> {
    this.#relay ??= new FrameRelay(this, (error) => this.#owner.subscriberThrew(error));
    if (this.#hasEnded && this.#length === 0) this.#relay.complete();
    return this.#relay;
  }

  /** Takes no frames for the handler any more: those that wait and those to come are dropped. */
  drop(): void {
    this.#mode = 'none';
    this.#isBusy = false;
    this.#clear();
    this.#settle();
    this.#owner.allRead();
  }

  /** The closing handshake has begun: the socket is not held any more, since the peer's Close has to be seen. */
  closing(): void {
    this.#isClosing = true;
    if (this.#isHeld) this.#hold(false);
  }

  /** One frame, when there is one; `undefined` at the end. */
  async receive({ signal, withinMs }: WaitOptions = {}): Promise<Frame | undefined> {
    signal?.throwIfAborted();
    if (this.#isTaken) throw consumedElsewhere();
    const isBounded = signal !== undefined || withinMs !== undefined;
    const frame = this.#pull();
    if (frame !== undefined || this.#isOver) return frame;
    const result = await (isBounded ? this.#waitWithin(signal, withinMs) : this.#wait());
    return result.done === true ? undefined : result.value;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return new FrameIterator(this);
  }

  /** The iterator's step. */
  nextFrame(): Promise<IteratorResult<Frame>> {
    if (this.#isTaken) return Promise.reject(consumedElsewhere());
    const frame = this.#pull();
    if (frame !== undefined) return Promise.resolve({ value: frame, done: false });
    return this.#isOver ? Promise.resolve(END) : this.#wait();
  }

  /** The consumer has left; frames wait for the next one. */
  detach(): void {
    this.#isBusy = false;
    this.#settle();
    if (this.#length === 0) this.#owner.allRead();
  }

  /** Somebody has subscribed: hands over what was held. */
  pushTo(): void {
    this.#mode = 'push';
    this.#isBusy = false;
    while (this.#length > 0) this.#relay?.next(this.#shift());
    if (this.#isHeld) this.#hold(false);
    if (this.#hasEnded) this.#relay?.complete();
    this.#owner.allRead();
  }

  /** Frames go to whoever pulls: a subscription beside that is a mistake of the handler's. */
  refuseSubscriber(): void {
    this.#owner.subscriberThrew(consumedElsewhere());
  }

  /** Whether somebody waits for the next frame by pulling. */
  get isPulled(): boolean {
    return this.#waiter !== undefined;
  }

  /** It stays to the wire's end, so it keeps no way to leave: that would cost every connection a list. */
  override add(): void {}

  protected override _next(frame: Frame): void {
    this.#owner.frameCame(frame.data.length);
    switch (this.#mode) {
      case 'push':
        this.#relay?.next(frame);
        return;
      case 'none':
        return;
      case 'pull':
      case 'held': {
        const waiter = this.#waiter;
        if (waiter === undefined) {
          this.#enqueue(frame);
        } else {
          this.#waiter = undefined;
          this.#isBusy = true;
          waiter({ value: frame, done: false });
        }
      }
    }
  }

  protected override _complete(): void {
    this.#hasEnded = true;
    this.#settle();
    if (this.#length === 0) this.#relay?.complete();
  }

  get #length(): number {
    return this.#queue === undefined ? 0 : this.#queue.length - this.#head;
  }

  /** Whether somebody else consumes frames at this moment. */
  get #isTaken(): boolean {
    return this.#waiter !== undefined || this.hasSubscribers;
  }

  get #isOver(): boolean {
    return this.#hasEnded || this.#mode === 'none';
  }

  #enqueue(frame: Frame): void {
    const { readAheadBytes } = this.#owner;
    if (this.#isClosing && this.#bytes > readAheadBytes * CLOSING_FACTOR) return;
    if (this.#queue === undefined) this.#queue = [frame];
    else this.#queue.push(frame);
    this.#bytes += frame.data.length;
    if (!this.#willCompact) {
      this.#willCompact = true;
      setImmediate(Inbox.#compactLater, this);
    }
    if (this.#bytes >= readAheadBytes && !this.#isHeld && !this.#isClosing) this.#hold(true);
  }

  #shift(): Frame {
    const queue = this.#queue as Frame[];
    const frame = queue[this.#head] as Frame;
    this.#head += 1;
    this.#bytes -= frame.data.length;
    if (this.#head === queue.length) this.#clear();
    else if (this.#head === 1024) {
      queue.splice(0, this.#head);
      this.#head = 0;
    }
    return frame;
  }

  #clear(): void {
    this.#queue = undefined;
    this.#head = 0;
    this.#bytes = 0;
    if (this.#isHeld) this.#hold(false);
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#owner.holdSocket(isHeld);
  }

  /** The next frame if one waits. */
  #pull(): Frame | undefined {
    if (this.#mode === 'held') this.#mode = 'pull';
    if (this.#length === 0) {
      this.#isBusy = false;
      this.#owner.allRead();
      return undefined;
    }
    this.#isBusy = true;
    const frame = this.#shift();
    if (this.#isHeld && this.#bytes <= this.#owner.readAheadBytes / 2) this.#hold(false);
    return frame;
  }

  #wait(): Promise<IteratorResult<Frame>> {
    return new Promise((resolve) => {
      this.#waiter = resolve;
    });
  }

  #settle(): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.(END);
  }

  #waitWithin(signal: AbortSignal | undefined, withinMs: number | undefined): Promise<IteratorResult<Frame>> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        alarm.clear();
        signal?.removeEventListener('abort', onAbort);
        if (this.#waiter === waiter) this.#waiter = undefined;
      };
      const waiter: Waiter = (result) => {
        leave();
        resolve(result);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const alarm = new Alarm(this.#owner.wheel, () => {
        leave();
        reject(new DeadlineError(`receive: no frame came within ${withinMs} ms; the connection is as it was.`));
      });
      alarm.set(withinMs ?? Number.POSITIVE_INFINITY);
      signal?.addEventListener('abort', onAbort);
      this.#waiter = waiter;
    });
  }

  /** Frames are views of the read they came in: small ones that have to wait would hold all of it in memory. */
  #compact(): void {
    this.#willCompact = false;
    const queue = this.#queue;
    if (queue === undefined) return;
    for (let i = this.#head; i < queue.length; i++) {
      const { data, isBinary } = queue[i] as Frame;
      if (data.length * SMALL_SHARE < data.buffer.byteLength) queue[i] = { data: Buffer.from(data), isBinary };
    }
  }

  static #compactLater(inbox: Inbox): void {
    inbox.#compact();
  }
}

function consumedElsewhere(): OptionError {
  return new OptionError('frames of this connection are being consumed already; consume them in one way and in one place only.');
}
