import type { EdgeFlow, MachineFlow } from '../protocol/overview.js';

const SECONDS = 60;

/** Counts how many machines of one kind stand in each state, and how many took each way. A step costs two look-ups. */
export class Flow {
  readonly #states = new Map<string, { now: number; entered: number }>();
  /** Ways by where they begin and by event: nearly always there is one for both. */
  readonly #edges = new Map<string, Map<string, Edge[]>>();
  /** The second that is being counted, as an index into each way's last minute. */
  #second = 0;

  /** A machine stands in a state from now on. `isNew` says whether it has entered it just now. */
  arrive(path: string, isNew: boolean): void {
    const state = this.#stateAt(path);
    state.now += 1;
    if (isNew) state.entered += 1;
  }

  /** A machine no longer stands in a state: it has ended. */
  leave(path: string): void {
    this.#stateAt(path).now -= 1;
  }

  /** A machine took an event. */
  step(from: string, event: string, to: string): void {
    const edge = this.#edgeAt(from, event, to);
    edge.current += 1;
    edge.sinceStart += 1;
    if (from === to) return;
    this.leave(from);
    this.arrive(to, true);
  }

  /** A second has passed. */
  tick(): void {
    this.#second = (this.#second + 1) % SECONDS;
    for (const edge of this.#all()) {
      edge.lastMinute += edge.current - (edge.seconds[this.#second] ?? 0);
      edge.seconds[this.#second] = edge.current;
      edge.lastSecond = edge.current;
      edge.current = 0;
    }
  }

  toJSON(): MachineFlow {
    return {
      states: Object.fromEntries([...this.#states].map(([path, state]) => [path, { ...state }])),
      edges: [...this.#all()].map(
        ({ from, event, to, lastSecond, lastMinute, sinceStart }): EdgeFlow => ({
          from,
          event,
          to,
          lastSecond,
          lastMinute,
          sinceStart,
        }),
      ),
    };
  }

  *#all(): Iterable<Edge> {
    for (const byEvent of this.#edges.values()) for (const edges of byEvent.values()) yield* edges;
  }

  #stateAt(path: string): { now: number; entered: number } {
    const known = this.#states.get(path);
    if (known !== undefined) return known;
    const state = { now: 0, entered: 0 };
    this.#states.set(path, state);
    return state;
  }

  #edgeAt(from: string, event: string, to: string): Edge {
    const byEvent = this.#edges.get(from) ?? new Map<string, Edge[]>();
    const edges = byEvent.get(event) ?? [];
    const known = edges.find((edge) => edge.to === to);
    if (known !== undefined) return known;
    const edge: Edge = {
      from,
      event,
      to,
      current: 0,
      lastSecond: 0,
      lastMinute: 0,
      sinceStart: 0,
      seconds: new Uint32Array(SECONDS),
    };
    edges.push(edge);
    byEvent.set(event, edges);
    this.#edges.set(from, byEvent);
    return edge;
  }
}

interface Edge {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  /** In the second that has begun. */
  current: number;
  lastSecond: number;
  lastMinute: number;
  sinceStart: number;
  readonly seconds: Uint32Array;
}
