/** What an outbox calls on its wire. */
export interface OutboxOwner {
  /** Nothing waits for the kernel any more. */
  onDrained(): void;
  /** Monotonic ms. */
  now(): number;
}
