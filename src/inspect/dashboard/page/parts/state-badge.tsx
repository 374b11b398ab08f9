/** A state by name; its colour repeats what the name says. */
export function StateBadge({ state }: { state: string }) {
  return <span class={`badge of-${state.split('.', 1)[0]}`}>{state}</span>;
}
