import { COUNTED_FROM, outsideMemory } from '../../protocol/outside-memory.js';
import { pages } from '../../protocol/pages.js';
import { viewOf } from '../../protocol/view.js';
import { isSharedPage, payloadOf } from './shared-page.js';

/** A payload holds memory of at most this many times its size, or of so many bytes if that is more. */
const MOST_TIMES = 8;
const MOST_FOR_SMALL = 8 * 1024;

/** The run, and which bytes of the read page it is a copy of. */
let run: Buffer | undefined;
let runFrom = 0;
let runEnd = 0;

/** There are other bytes in the page now. */
export function endRun(): void {
  run = undefined;
}

/**
 * The payload of a whole frame, unmasked and to be kept.
 *
 * @param end of the bytes that have come.
 */
export function keptPayload(bytes: Buffer, from: number, to: number, end: number, isMasked: boolean): Buffer {
  if (isMasked) return payloadOf(bytes, from, to, true);
  return isSharedPage(bytes) ? payloadInRun(from, to, end) : viewOf(bytes, from, to);
}

/**
 * A payload in the read page that needs no unmasking, to be kept. Frames that stand one behind the other are copied
 * together, and their payloads are views of that copy: a copy for each would cost two calls and a view more. A frame
 * that is small beside those before it is copied alone: otherwise it would keep the memory of all of them.
 *
 * @param end of the bytes that have come.
 */
export function payloadInRun(from: number, to: number, end: number): Buffer {
  const most = Math.max(MOST_FOR_SMALL, (to - from) * MOST_TIMES);
  if (run === undefined || to > runEnd || from < runFrom) {
    runFrom = from;
    runEnd = Math.min(end, from + most);
    run = copyOf(runFrom, runEnd, to - from >= COUNTED_FROM);
  } else if (run.length > most) {
    return copyOf(from, to, false);
  }
  return viewOf(run, from - runFrom, to - runFrom);
}

/** @param isCounted not for a run of short payloads: see `outsideMemory`. */
function copyOf(from: number, to: number, isCounted: boolean): Buffer {
  const size = to - from;
  const copy = isCounted ? outsideMemory.takeApart(size) : outsideMemory.takeUncounted(size);
  copy.set(pages().read.subarray(from, to));
  return copy;
}
