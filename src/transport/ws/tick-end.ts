/** Something with work for the end of a tick. */
export interface AtTickEnd {
  onTickEnd(): void;
}

/** Those with work at the end of this tick. */
let waiting: AtTickEnd[] = [];

function tickEnded(): void {
  const due = waiting;
  waiting = [];
  for (const one of due) one.onTickEnd();
}

/** Has `onTickEnd` called at the end of this tick, in the order of the calls to this; one `process.nextTick` for all. */
export function atTickEnd(one: AtTickEnd): void {
  if (waiting.length === 0) process.nextTick(tickEnded);
  waiting.push(one);
}
