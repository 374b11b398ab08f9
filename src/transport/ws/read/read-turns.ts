/**
 * What all readers of this process may do in one turn of the event loop, in frames, before those that have read much
 * wait for the next: a tenth of a millisecond or so.
 */
const FRAMES_PER_TURN = 256;

/**
 * Messages in crumbs are read in turns of their own: as many frames as take a millisecond or less, each 8 ms. No use of
 * WebSockets needs more, and otherwise they would keep the processor busy with what holds next to nothing.
 */
const CRUMBS_PER_TURN = 4096;
const CRUMBS_EVERY_MS = 8;

/** Frames that one reader delivers at once: as many of 100 bytes as a record of TLS has, and some more. */
export const FRAMES_AT_ONCE = 192;

/** And when others have delivered much in this turn. It is more than a peer sends that awaits answers, as a rule. */
const FRAMES_BESIDE_OTHERS = 64;

/** One that has read more than it may deliver now. */
export interface TurnTaker {
  /** It is its turn. */
  onTurn(turns: ReadTurns): void;
}

/**
 * Has the readers of this process that have read much deliver it in turns, so that one that has read little waits for
 * none of them, however many they are.
 */
export class ReadTurns {
  readonly #framesPerTurn: number;
  readonly #everyMs: number | undefined;
  #spent = 0;
  #waiting: TurnTaker[] = [];
  #isArmed = false;

  /** @param everyMs how long turns are apart; `undefined` for each turn of the loop. */
  constructor(framesPerTurn = FRAMES_PER_TURN, everyMs?: number) {
    this.#framesPerTurn = framesPerTurn;
    this.#everyMs = everyMs;
  }

  /** How many frames a reader may deliver now. @param isItsTurn whether it has waited. */
  most(isItsTurn: boolean): number {
    const isEasy = this.#spent < this.#framesPerTurn && this.#waiting.length === 0;
    return isItsTurn || isEasy ? FRAMES_AT_ONCE : FRAMES_BESIDE_OTHERS;
  }

  /** Frames were delivered. */
  spend(frames: number): void {
    this.#spent += frames;
    if (this.#spent >= this.#framesPerTurn) this.#arm();
  }

  /** Calls `taker` in a later turn of the event loop, after those that wait already. */
  wait(taker: TurnTaker): void {
    this.#waiting.push(taker);
    this.#arm();
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    if (this.#everyMs === undefined) setImmediate(ReadTurns.#next, this);
    else setTimeout(ReadTurns.#next, this.#everyMs, this);
  }

  static #next(turns: ReadTurns): void {
    turns.#isArmed = false;
    turns.#serve();
  }

  #serve(): void {
    this.#spent = 0;
    let served = 0;
    try {
      // Those that come to wait meanwhile have had their turn.
      for (const { length } = this.#waiting; served < length && this.#spent < this.#framesPerTurn; ) {
        served += 1;
        (this.#waiting[served - 1] as TurnTaker).onTurn(this);
      }
    } finally {
      this.#waiting.splice(0, served);
      if (this.#waiting.length > 0) this.#arm();
    }
  }
}

/** One for all: they share the loop. */
export const readTurns = new ReadTurns();

/** Those of readers of messages in crumbs. */
export const crumbTurns = new ReadTurns(CRUMBS_PER_TURN, CRUMBS_EVERY_MS);
