/** The shortest time between two turns of a drain, in ms: connections due within it are closed together. */
export const SHORTEST_TURN_MS = 10;

/**
 * Lays out the closing of connections over `spreadMs`, evenly: the n-th of N has its turn after n/N of it.
 *
 * The order is random: ordered by age, all clients that came with the last deploy would leave together, and so would
 * all connections of one client. Connections that wait for a handler come last. Pure: chance is an argument.
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
 * Returns when the connection at an index has its turn, in ms from the start: the first at once, the last that waits
 * for its handler after `spreadMs`.
 */
export function turnOf({ order, waitingFrom, spreadMs }: DrainSchedule<unknown>, index: number): number {
  return ((index < waitingFrom ? index : index + 1) / order.length) * spreadMs;
}

/** Picks a random part of a list, in random order. */
export function pickShare<T>(list: readonly T[], share: number, random: () => number): T[] {
  return shuffle([...list], random).slice(0, Math.round(list.length * share));
}

/** The order in which connections are closed. Those whose handlers may finish by themselves come last. */
export interface DrainSchedule<T> {
  readonly order: readonly T[];
  /** The index of the first connection that waits for its handler: from here on each has its turn one place later. */
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
