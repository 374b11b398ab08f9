/**
 * A subscriber that stays to the end of its stream. RxJS takes whatever has the members of a Subscriber for one of its
 * own and does not wrap it; this has no field for any of them, where a Subscriber has six: they would count on every
 * connection.
 *
 * The streams it is for never error, and say nothing after their completion. Subclasses have `next`.
 */
export abstract class LifelongSubscriber {
  error(): void {}

  complete(): void {}

  get closed(): boolean {
    return false;
  }

  /** RxJS hands over how to leave the stream. */
  add(): void {}

  remove(): void {}

  unsubscribe(): void {}
}
