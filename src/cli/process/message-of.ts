/** What was thrown, as a line of the log says it. It may be anything, also what cannot be turned into a text. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return `a thrown value of type ${typeof thrown}`;
  }
}
