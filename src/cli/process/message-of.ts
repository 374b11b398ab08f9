/** Returns a thrown value as a text for the log. The value may be anything, also one that has no text. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return `a thrown value of type ${typeof thrown}`;
  }
}
