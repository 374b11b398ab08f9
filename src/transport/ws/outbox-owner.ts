/** Who is told when nothing waits for the kernel any more. */
export interface OutboxOwner {
  onDrained(): void;
}

/** Who is told about zlib too. */
export interface DeflatingOwner extends OutboxOwner {
  /** A compression has outlived the socket: what it used may be freed, once nothing is inflated by the same zlib. */
  onOutlived(): void;
}
