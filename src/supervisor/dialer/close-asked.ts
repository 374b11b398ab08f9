import type { DialerEvent } from '../../machines/dialer-machine.js';
import type { CloseFrame } from '../../transport/close-report.js';

/** The Close frame that an event asks for: 1000 without a reason, unless it says more. */
export function closeAskedBy(event: DialerEvent | undefined): CloseFrame {
  switch (event?.type) {
    case 'redial':
    case 'overlap':
    case 'stop':
      return { code: event.code ?? 1000, reason: event.reason ?? '' };
    // The retry policy has thrown: the code of a handler that has.
    case 'verdict.crashed':
      return { code: 1011, reason: '' };
    default:
      return { code: 1000, reason: '' };
  }
}
