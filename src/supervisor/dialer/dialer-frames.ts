import type { Subscriber } from 'rxjs';
import type { Frame } from '../../transport/frame.js';
import { Guarded } from '../../transport/guarded.js';
import type { Handler } from '../api/handler.js';
import { ConnectionActor } from '../connection/connection-actor.js';

/** What the stream needs of a connection. */
type FrameSource = Pick<ConnectionActor, 'frames$' | 'subscriberThrew'>;

/**
 * The frames of all connections of one dialer, one connection after the other. It subscribes to `frames$` of each
 * connection only after it has a subscriber itself: until then other code may read the connection.
 */
export class DialerFrames extends Guarded<Frame> {
  #isReading = false;
  #connection: FrameSource | undefined;

  /** The connection whose frames are read, or would be. */
  get connection(): FrameSource | undefined {
    return this.#connection;
  }

  /** A connection is open: its frames are the next ones. */
  follow(connection: FrameSource): void {
    this.#connection = connection;
    if (this.#isReading) this.#read(connection);
  }

  protected override _subscribe(subscriber: Subscriber<Frame>): () => void {
    const leave = super._subscribe(subscriber);
    if (!this.#isReading) {
      this.#isReading = true;
      if (this.#connection !== undefined) this.#read(this.#connection);
    }
    return leave;
  }

  #read({ frames$ }: FrameSource): void {
    frames$.subscribe((frame) => this.next(frame));
  }
}

/** The handler of a dialer that was given none: its connections are read elsewhere, or not at all. */
export const readElsewhere: Handler<unknown> = (connection) => {
  if (connection instanceof ConnectionActor) connection.dropUnread();
  return connection.closed;
};

/** The handler of `connect`: its caller will read, so frames wait as they do for a handler that has not begun to. */
export const readByCaller: Handler<unknown> = (connection) => connection.closed;
