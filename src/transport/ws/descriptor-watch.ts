import { close, open } from 'node:fs';
import { devNull } from 'node:os';

/** How often it is looked. */
const EVERY_MS = 1000;

/** Too many open files: in this process, or in all. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE']);

/** Whether one more file can be opened: the error if not. */
export type Probe = (done: (error: NodeJS.ErrnoException | null) => void) => void;

const openOneMore: Probe = (done) =>
  open(devNull, 'r', (error, descriptor) => {
    if (error === null) close(descriptor, () => done(null));
    else done(error);
  });

/**
 * Watches whether the process has a file descriptor left for one more client. Node does not report it: libuv accepts
 * such clients with a reserve descriptor and closes them at once, so that they need not wait, without any event.
 *
 * @param onExhausted called once each time that descriptors have run out.
 * @returns a function that ends the watch.
 */
export function watchDescriptors(
  onExhausted: (error: Error) => void,
  everyMs = EVERY_MS,
  probe = openOneMore,
): () => void {
  let isExhausted = false;
  let isWatching = true;
  let isProbing = false;
  const timer = setInterval(() => {
    if (isProbing) return;
    isProbing = true;
    probe((error) => {
      isProbing = false;
      const was = isExhausted;
      isExhausted = error !== null && EXHAUSTED.has(error.code ?? '');
      if (!isWatching || was || !isExhausted || error === null) return;
      onExhausted(
        Object.assign(new Error(`accept ${error.code}: too many open files, clients are dropped`), {
          code: error.code,
          syscall: 'accept',
          cause: error,
        }),
      );
    });
  }, everyMs);
  timer.unref();
  return () => {
    isWatching = false;
    clearInterval(timer);
  };
}
