import type { Observable } from 'rxjs';
import { DeadlineError, OptionError } from '../../transport/errors.js';
import type { Frame } from '../../transport/frame.js';
import type { WaitOptions } from '../api/connection.js';
import { Alarm } from '../time/alarm.js';
import type { Wheel } from '../time/wheel.js';
import { Backlog } from './backlog.js';
import { FrameRelay } from './frame-relay.js';

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

/**
 * How much more than `readAheadBytes` may wait where the peer's Close must be seen, since nobody takes frames: above it
 * they are dropped while the connection closes, and a socket is held whose handler has not begun to consume.
 */
const UNREAD_FACTOR = 16;

/** Answers a pull that found nothing. */
type Waiter = (result: IteratorResult<Frame>) => void;

const END: IteratorResult<Frame> = { value: undefined, done: true };

/**
 * The frames of one connection on their way to its handler. They are held until the handler chooses: pull (iterator,
 * `receive`), push (`frames$`), or none at all.
 *
 * It is its own iterator, to spare an object for each connection: frames are pulled in one place only.
 */
export class Inbox implements AsyncIterableIterator<Frame> {
  readonly #owner: InboxOwner;
  #backlog: Backlog | undefined;
  #mode: 'held' | 'pull' | 'push' | 'none' = 'held';
  #waiter: Waiter | undefined;
  #relay: FrameRelay | undefined;
  #stage: 'open' | 'closing' | 'ended' = 'open';
  /** Whether the consumer has a frame that it may still be working on. */
  #isBusy = false;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  /** Whether nothing waits and the consumer is not at work on a frame. */
  get isRead(): boolean {
    return !this.#isBusy && this.#backlog === undefined;
  }

  get hasSubscribers(): boolean {
    return this.#relay?.observed ?? false;
  }

  get frames$(): Observable<Frame> {
    this.#relay ??= new FrameRelay(this, (error) => this.#owner.subscriberThrew(error));
    if (this.#stage === 'ended' && this.#backlog === undefined) this.#relay.complete();
    return this.#relay;
  }

  /** Takes no frames for the handler any more: those that wait and those to come are dropped. */
  drop(): void {
    this.#mode = 'none';
    this.#isBusy = false;
    const backlog = this.#backlog;
    if (backlog !== undefined) {
      this.release(backlog);
      backlog.clear();
      this.#backlog = undefined;
    }
    this.settle();
    this.#owner.allRead();
  }

  /** The closing handshake has begun: the socket is not held any more, since the peer's Close has to be seen. */
  closing(): void {
    if (this.#stage === 'open') this.#stage = 'closing';
    if (this.#backlog !== undefined) this.release(this.#backlog);
  }

  /** One frame, when there is one; `undefined` at the end. */
  async receive({ signal, withinMs }: WaitOptions = {}): Promise<Frame | undefined> {
    signal?.throwIfAborted();
    if (this.isTaken) throw consumedElsewhere();
    const isBounded = signal !== undefined || withinMs !== undefined;
    const frame = this.pull();
    if (frame !== undefined || this.isOver) return frame;
    const result = await (isBounded ? this.waitWithin(signal, withinMs) : this.wait());
    return result.done === true ? undefined : result.value;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Frame>> {
    if (this.isTaken) return Promise.reject(consumedElsewhere());
    const frame = this.pull();
    if (frame !== undefined) return Promise.resolve({ value: frame, done: false });
    return this.isOver ? Promise.resolve(END) : this.wait();
  }

  /** The consumer has left; frames wait for the next one. */
  return(): Promise<IteratorResult<Frame>> {
    this.#isBusy = false;
    this.settle();
    if (this.#backlog === undefined) this.#owner.allRead();
    return Promise.resolve(END);
  }

  /** Somebody has subscribed: hands over what was held. */
  pushTo(): void {
    this.#mode = 'push';
    this.#isBusy = false;
    while (this.#backlog !== undefined) this.#relay?.next(this.shift(this.#backlog));
    if (this.#stage === 'ended') this.#relay?.complete();
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

  /** A frame has come. */
  take(frame: Frame): void {
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
          this.enqueue(frame);
        } else {
          this.#waiter = undefined;
          this.#isBusy = true;
          waiter({ value: frame, done: false });
        }
      }
    }
  }

  /** No frame comes any more. */
  end(): void {
    this.#stage = 'ended';
    this.settle();
    if (this.#backlog === undefined) this.#relay?.complete();
  }

  /** Whether somebody else consumes frames at this moment. */
  private get isTaken(): boolean {
    return this.#waiter !== undefined || this.hasSubscribers;
  }

  private get isOver(): boolean {
    return this.#stage === 'ended' || this.#mode === 'none';
  }

  private enqueue(frame: Frame): void {
    const { readAheadBytes } = this.#owner;
    if (this.#backlog === undefined) this.#backlog = new Backlog(frame);
    else if (this.#stage === 'open' || this.#backlog.bytes <= readAheadBytes * UNREAD_FACTOR) this.#backlog.push(frame);
    const backlog = this.#backlog;
    if (
      backlog.isHeld ||
      this.#stage !== 'open' ||
      backlog.bytes < readAheadBytes * (this.#mode === 'held' ? UNREAD_FACTOR : 1)
    )
      return;
    backlog.isHeld = true;
    this.#owner.holdSocket(true);
  }

  private shift(backlog: Backlog): Frame {
    const frame = backlog.shift();
    if (backlog.length === 0) {
      this.#backlog = undefined;
      this.release(backlog);
    }
    return frame;
  }

  private release(backlog: Backlog): void {
    if (!backlog.isHeld) return;
    backlog.isHeld = false;
    this.#owner.holdSocket(false);
  }

  /** The next frame if one waits. */
  private pull(): Frame | undefined {
    if (this.#mode === 'held') this.#mode = 'pull';
    const backlog = this.#backlog;
    if (backlog === undefined) {
      this.#isBusy = false;
      this.#owner.allRead();
      return undefined;
    }
    this.#isBusy = true;
    const frame = this.shift(backlog);
    if (backlog.bytes <= this.#owner.readAheadBytes / 2) this.release(backlog);
    return frame;
  }

  private wait(): Promise<IteratorResult<Frame>> {
    return new Promise((resolve) => {
      this.#waiter = resolve;
    });
  }

  private settle(): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.(END);
  }

  private waitWithin(signal: AbortSignal | undefined, withinMs: number | undefined): Promise<IteratorResult<Frame>> {
    const letGo = withinMs === undefined ? () => {} : this.#owner.wheel.keepAlive.hold();
    return new Promise((resolve, reject) => {
      const leave = () => {
        letGo();
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
}

function consumedElsewhere(): OptionError {
  return new OptionError(
    'frames of this connection are being consumed already; consume them in one way and in one place only.',
  );
}
