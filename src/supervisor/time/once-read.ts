/** How often the event loop goes round, so that what has arrived is read, before a peer is judged. */
const TURNS_TO_READ = 2;

/** Calls back when what has arrived by now has been read. */
export function onceRead(then: () => void, turns = TURNS_TO_READ): void {
  if (turns === 0) then();
  else setImmediate(onceRead, then, turns - 1);
}
