import type { Observable } from 'rxjs';
import type { Frame } from '../../../transport/frame.js';
import type { WaitOptions } from '../../api/wait-options.js';
import { resolveWait } from '../../options/resolve-wait.js';
import { Backlog } from './backlog.js';
import { boundedPull, consumedElsewhere, type Waiter } from './bounded-pull.js';
import { FrameRelay } from './frame-relay.js';
import type { InboxOwner } from './inbox-owner.js';
import { pulled } from './pulled.js';

/**
 * How many times `readAheadBytes` may wait where the socket should still be read, so that the peer's Close is seen:
 * while the connection closes, when further frames are dropped, and before the handler has begun to consume, when the
 * socket is paused beyond that.
 */
const UNREAD_FACTOR = 16;

const END: IteratorResult<Frame> = { value: undefined, done: true };

/**
 * The frames of one connection on their way to its handler. They are held until the handler chooses: pull (iterator,
 * `receive`), push (`frames$`), or none at all.
 *
 * It is its own iterator, which saves an object for each connection: frames are pulled in one place only.
 */
export class Inbox implements AsyncIterableIterator<Frame> {
  readonly #owner: InboxOwner;
  #backlog: Backlog | undefined;
  /**
   * In `unclaimed` frames are held as in `held`, but the socket is not: frames beyond the bound are dropped. In
   * `paused` the user has paused the subscribers of `frames$`: what still comes is kept for them.
   */
  #mode: 'held' | 'unclaimed' | 'pull' | 'push' | 'paused' | 'none' = 'held';
  /** The one who waits for the next frame by pulling. */
  waiter: Waiter<IteratorResult<Frame>> | undefined;
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

  /** About how much memory the frames hold that wait. */
  get heldBytes(): number {
    return this.#backlog?.bytes ?? 0;
  }

  get hasSubscribers(): boolean {
    return this.#relay?.observed ?? false;
  }

  get frames$(): Observable<Frame> {
    this.#relay ??= new FrameRelay(this, (error) => this.#owner.subscriberThrew(error));
    if (this.#stage === 'ended' && this.#backlog === undefined) this.#relay.complete();
    return this.#relay;
  }

  /** Drops the frames that wait and those to come: the handler takes none. */
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

  /** There may never be a consumer: frames beyond the bound are dropped, and the socket is read on. */
  dropUnread(): void {
    if (this.#mode === 'held') this.#mode = 'unclaimed';
  }

  /** The closing handshake has begun: the socket is read again in any case, so that the peer's Close is seen. */
  closing(): void {
    if (this.#stage === 'open') this.#stage = 'closing';
    if (this.#backlog !== undefined) this.release(this.#backlog);
  }

  /** Waits for one frame; `undefined` at the end. */
  async receive(options?: WaitOptions): Promise<Frame | undefined> {
    const limits = options === undefined ? undefined : resolveWait(options, 'receive');
    limits?.signal?.throwIfAborted();
    if (this.isTaken) throw consumedElsewhere();
    const frame = this.pull();
    if (frame !== undefined || this.isOver) return frame;
    const result = await (limits === undefined
      ? this.wait()
      : boundedPull(this, limits, this.#owner.parent.services.wheel));
    return result.done === true ? undefined : result.value;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Frame>> {
    if (this.isTaken) return Promise.reject(consumedElsewhere());
    const frame = this.pull();
    if (frame !== undefined) return Promise.resolve(pulled(frame));
    return this.isOver ? Promise.resolve(END) : this.wait();
  }

  /** The consumer has stopped iterating; frames wait for the next consumer. */
  return(): Promise<IteratorResult<Frame>> {
    this.#isBusy = false;
    this.settle();
    if (this.#backlog === undefined) this.#owner.allRead();
    return Promise.resolve(END);
  }

  /** Somebody has subscribed: hands over the frames that were held, then those that letting the socket go brings. */
  pushTo(): void {
    this.#isBusy = false;
    this.pushBacklog();
  }

  /** The user has paused the connection. Those who pull pause by themselves. */
  pausePush(): void {
    if (this.#mode === 'push') this.#mode = 'paused';
  }

  resumePush(): void {
    if (this.#mode === 'paused') this.pushBacklog();
  }

  /** A subscriber of `frames$` came while the handler pulls, which is a mistake of the handler. */
  refuseSubscriber(): void {
    this.#owner.subscriberThrew(consumedElsewhere());
  }

  /** Whether the handler waits for the next frame by pulling. */
  get isPulled(): boolean {
    return this.waiter !== undefined;
  }

  /** A frame has arrived. */
  take(frame: Frame): void {
    const { totals } = this.#owner.parent.services;
    totals.framesIn += 1;
    totals.bytesIn += frame.data.length;
    const { waiter } = this;
    if (this.#mode === 'push') this.#relay?.next(frame);
    else if (this.#mode === 'none') return;
    else if (waiter === undefined) this.enqueue(frame);
    else {
      this.waiter = undefined;
      this.#isBusy = true;
      waiter(pulled(frame));
    }
  }

  /** No more frames will arrive. */
  end(): void {
    this.#stage = 'ended';
    this.settle();
    if (this.#backlog === undefined) this.#relay?.complete();
  }

  /** Whether another consumer is at work. */
  private get isTaken(): boolean {
    return this.waiter !== undefined || this.hasSubscribers;
  }

  private get isOver(): boolean {
    return this.#stage === 'ended' || this.#mode === 'none';
  }

  /** Hands out what waits. A subscriber may pause meanwhile, or have the frames discarded. */
  private pushBacklog(): void {
    // What comes meanwhile, since the socket was let go, waits for its turn.
    this.#mode = 'paused';
    const mode = this.#mode;
    while (this.#backlog !== undefined && !this.#owner.isPaused) this.#relay?.next(this.shift(this.#backlog));
    if (this.#mode === mode && !this.#owner.isPaused) this.#mode = 'push';
    if (this.#stage === 'ended' && this.#backlog === undefined) this.#relay?.complete();
    this.#owner.allRead();
  }

  private enqueue(frame: Frame): void {
    const { readAheadBytes } = this.#owner.parent.limits;
    const mayHold = this.#stage === 'open' && this.#mode !== 'unclaimed';
    if (this.#backlog === undefined) this.#backlog = new Backlog(frame);
    else if (mayHold || this.#backlog.bytes <= readAheadBytes * UNREAD_FACTOR) this.#backlog.push(frame);
    const backlog = this.#backlog;
    const { bytes } = backlog;
    if (backlog.hasGrown()) this.#owner.framesWait(bytes);
    if (bytes < readAheadBytes * (this.#mode === 'pull' ? 1 : UNREAD_FACTOR) || backlog.isHeld || !mayHold) return;
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
    if (this.#mode === 'held' || this.#mode === 'unclaimed') this.#mode = 'pull';
    const backlog = this.#backlog;
    if (backlog === undefined) {
      this.#isBusy = false;
      this.#owner.allRead();
      return undefined;
    }
    this.#isBusy = true;
    const frame = this.shift(backlog);
    if (backlog.isHeld && backlog.bytes <= this.#owner.parent.limits.readAheadBytes / 2) this.release(backlog);
    return frame;
  }

  private wait(): Promise<IteratorResult<Frame>> {
    return new Promise((resolve) => {
      this.waiter = resolve;
    });
  }

  private settle(): void {
    const waiter = this.waiter;
    this.waiter = undefined;
    waiter?.(END);
  }
}
