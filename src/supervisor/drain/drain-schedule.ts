/** Fewer ms than this lie between no two turns of a drain: what falls between them is closed together. */
export const SHORTEST_TURN_MS = 10;

/** Who is closed when: an order, and which of it come last since their handlers may finish by themselves. */
export interface DrainSchedule<T> {
  readonly order: readonly T[];
  /** From this index on stand those that wait for a handler: each has its turn one place later. */
  readonly waitingFrom: number;
  readonly spreadMs: number;
}

/** Shuffles a list in place (Fisher and Yates). */
function shuffle<T>(list: T[], random: () => number): T[] {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}

/** A random part of a list, in random order. */
export function pickShare<T>(list: readonly T[], share: number, random: () => number): T[] {
  return shuffle([...list], random).slice(0, Math.round(list.length * share));
}

/**
 * Lays out the closing of connections over `spreadMs`, evenly: the n-th of N has its turn after n/N of it.
 *
 * The order is random: by age, all who came with the last deploy would go together, and so would all of one client's
 * connections. Those that wait for a handler come last. Pure: chance is an argument.
 */
export function scheduleOf<T>(
  connections: readonly T[],
  awaitsHandler: (connection: T) => boolean,
  spreadMs: number,
  random: () => number,
): DrainSchedule<T> {
  const waiting: T[] = [];
  const others: T[] = [];
  for (const connection of connections) (awaitsHandler(connection) ? waiting : others).push(connection);
  return { order: [...shuffle(others, random), ...shuffle(waiting, random)], waitingFrom: others.length, spreadMs };
}

/**
 * When the connection at an index has its turn, in ms from the beginning: the first at once, the last that waits after
 * `spreadMs`.
 */
export function turnOf({ order, waitingFrom, spreadMs }: DrainSchedule<unknown>, index: number): number {
  return ((index < waitingFrom ? index : index + 1) / order.length) * spreadMs;
}
