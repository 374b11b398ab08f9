/** Something with work for the end of a tick. */
export interface AtTickEnd {
  onTickEnd(): void;
}

/** Those with work at the end of this tick: the first `count` of `waiting`, which keeps its room from tick to tick. */
let waiting: (AtTickEnd | undefined)[] = [];
let count = 0;
/** The other of the two lists that take turns, so that what is asked for during the end of a tick has a place. */
let spare: (AtTickEnd | undefined)[] = [];

/** A list that a broadcast has made long is not kept. */
const LONGEST_KEPT = 1024;

function tickEnded(): void {
  const due = waiting;
  const dueCount = count;
  waiting = spare;
  spare = due;
  count = 0;
  for (let i = 0; i < dueCount; i++) {
    const one = due[i];
    due[i] = undefined;
    one?.onTickEnd();
  }
  if (due.length > LONGEST_KEPT) spare = [];
}

/**
 * Has `onTickEnd` called at the end of this tick, in the order of the calls to this; one `process.nextTick` for all.
 */
export function atTickEnd(one: AtTickEnd): void {
  if (count === 0) process.nextTick(tickEnded);
  waiting[count] = one;
  count += 1;
}
