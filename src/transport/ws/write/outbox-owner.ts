/** Who is told when nothing waits for the kernel any more. */
export interface OutboxOwner {
  onDrained(): void;
  /** Monotonic ms. */
  now(): number;
}
