import type { ConnectionEvent } from '../../machines/connection-machine.js';
import type { HandlerResult } from '../api/connection.js';
import type { ConnectionActor } from './connection-actor.js';
import { closeOf, type HandlerOwner, isInterruption, LingeringHandler, runHandler } from './handler-run.js';
import type { Inbox } from './inbox.js';
import { Pulsing } from './liveness.js';

/** What a connection has to do with its handler: a layer of it and no object beside it, since each has one. */
export abstract class Handled extends Pulsing implements HandlerOwner {
  protected abstract readonly inbox: Inbox;
  /** It as its handler sees it. */
  protected abstract readonly self: ConnectionActor;
  #isRunning = false;

  abstract get isOpen(): boolean;
  protected abstract get isOver(): boolean;
  abstract dispatch(event: ConnectionEvent): void;

  /** Whether its handler has been started and has not come to its end. */
  protected get isHandlerRunning(): boolean {
    return this.#isRunning;
  }

  /** Its handler, if the connection has ended before it. */
  get lingeringHandler(): LingeringHandler | undefined {
    return this.#isRunning ? this.lazyIfMade?.lingeringHandler : undefined;
  }

  protected startHandler(): void {
    this.#isRunning = true;
    runHandler(this.parent.handler, this.self, this);
  }

  /** The connection has ended; its handler is late if it has not. */
  protected noteLingering(): void {
    if (this.#isRunning) this.lazy.lingeringHandler = new LingeringHandler(this.id, this.parent.services);
  }

  handlerReturned(result: HandlerResult): void {
    let close: { readonly code: number; readonly reason: string };
    try {
      close = closeOf(result, this.role);
    } catch (error) {
      this.handlerThrew(error);
      return;
    }
    this.handlerEnded({});
    if (this.isOpen && this.inbox.hasSubscribers && this.parent.services.isObserved) {
      this.parent.services.publish({ type: 'handler.left-subscribers', connectionId: this.id });
    }
    this.leaveFrames();
    this.dispatch({ type: 'handler.returned', ...close });
  }

  handlerThrew(error: unknown): void {
    this.handlerEnded({ error });
    this.leaveFrames();
    this.dispatch({ type: 'handler.threw', error });
  }

  /** Code of the handler's own threw beside it, maybe later: a subscriber, or a listener of its signals. */
  subscriberThrew(error: unknown): void {
    if (!this.isOver) this.dispatch({ type: 'handler.threw', error });
    else if (this.lazyIfMade?.report === undefined) this.lazy.handlerError ??= { error };
    else if (!isInterruption(error))
      this.parent.services.publish({ type: 'handler.finished', connectionId: this.id, error });
  }

  private handlerEnded(failure: { readonly error?: unknown }): void {
    this.#isRunning = false;
    this.lazyIfMade?.lingeringHandler?.ended(failure);
  }

  /** Nobody will pull any more: what comes until the peer's Close is dropped. */
  private leaveFrames(): void {
    if (!this.inbox.hasSubscribers) this.inbox.drop();
  }
}
