/** One cell, and what was seen of it. */
interface SeenCell {
  readonly fault: string;
  readonly phase: string;
  readonly role: string;
  readonly protocol: string;
  readonly outcome: object;
  readonly within: string;
  readonly why: string;
  readonly tookMs: number;
}

/** What one file of the matrix has seen. */
interface SeenFaults {
  /** `at` is the place of a fault on the page. */
  readonly faults: readonly { readonly name: string; readonly how: string; readonly at: number }[];
  readonly seen: readonly SeenCell[];
}

export function reported(outcome: object): string;
export function faultsDocument(files: readonly SeenFaults[]): string;
export function withoutTimes(document: string): string;
