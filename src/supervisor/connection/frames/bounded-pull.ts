import { DeadlineError, OptionError } from '../../../transport/errors.js';
import type { WaitOptions } from '../../api/wait-options.js';
import { Timer } from '../../time/timer.js';
import type { Wheel } from '../../time/wheel.js';

/** Takes the answer to a pull that found nothing. */
export type Waiter<Answer> = (answer: Answer) => void;

/** Where the one who pulls waits. */
export interface WaitingPlace<Answer> {
  waiter: Waiter<Answer> | undefined;
}

/**
 * Waits for the answer to a pull no longer than a signal and a deadline allow.
 *
 * It is not `within` around a promise: that one sees the promise settle a microtask later. A deadline or an abort
 * between a frame's arrival and that microtask would lose the frame. Here the answer itself ends the wait.
 */
export function boundedPull<Answer>(
  place: WaitingPlace<Answer>,
  { signal, withinMs }: WaitOptions,
  wheel: Wheel,
): Promise<Answer> {
  // The deadline is owed: the process lives until it has passed.
  const letGo = withinMs === undefined ? () => {} : wheel.keepAlive.hold();
  return new Promise((resolve, reject) => {
    const leave = () => {
      letGo();
      timer.clear();
      signal?.removeEventListener('abort', onAbort);
      if (place.waiter === waiter) place.waiter = undefined;
    };
    const waiter: Waiter<Answer> = (answer) => {
      leave();
      resolve(answer);
    };
    const onAbort = () => {
      leave();
      reject(signal?.reason);
    };
    const timer = new Timer(wheel, () => {
      leave();
      reject(new DeadlineError(`receive: no frame came within ${withinMs} ms; the connection is as it was.`));
    });
    timer.set(withinMs ?? Number.POSITIVE_INFINITY);
    signal?.addEventListener('abort', onAbort);
    place.waiter = waiter;
  });
}

/** Frames are pulled in one place at a time. */
export function consumedElsewhere(): OptionError {
  return new OptionError(
    'frames of this connection are consumed already; consume them in one way and in one place only.',
  );
}
