/** One state of a machine without context, with every step out of it that was asked for so far. */
export interface MachineState<Name extends string = string, Effect extends string = string> {
  /** The whole state as a path: `closing.awaitingPeer`. */
  readonly path: string;
  /** The first part of the path: `closing`. */
  readonly name: Name;
  readonly isFinal: boolean;
  /** The steps remembered so far, by event type. */
  readonly steps: Map<string, Step<Name, Effect>>;
}

/** What an event makes of a state: the next state, and the effects in the order in which they run. */
export interface Step<Name extends string = string, Effect extends string = string> {
  readonly next: MachineState<Name, Effect>;
  readonly effects: readonly Effect[];
}
